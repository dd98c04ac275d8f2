package house

const limit = 5

type room struct{ width int }
