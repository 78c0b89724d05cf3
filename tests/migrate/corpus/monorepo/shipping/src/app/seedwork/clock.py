ZONE = "shipping"
