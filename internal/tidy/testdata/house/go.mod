module house

go 1.25.0
