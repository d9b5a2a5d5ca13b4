not one
