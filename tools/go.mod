module grappe/tools

go 1.26.0

require honnef.co/go/tools v0.8.2

require mvdan.cc/gofumpt v0.12.0
