ZONE = "billing"
