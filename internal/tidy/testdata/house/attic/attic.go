package attic

import "house/cellar"

const Boxes = cellar.Bottles
