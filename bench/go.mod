// The comparisons with other engines, apart from the product, which does not depend on them.
module grappe/bench

go 1.26.0

require grappe v0.0.0

replace grappe => ../
