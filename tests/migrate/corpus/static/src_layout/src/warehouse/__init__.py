from warehouse.stock import Stock
