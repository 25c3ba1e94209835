package locale

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
)

// The spaces and signs of typography that keyboards lack.
const (
	NarrowSpace = "\u202f" // narrow no-break space: in French before ; : ! ? » % and between thousands
	NoBreak     = "\u00a0" // no-break space: between a number and its unit
	Minus       = "\u2212" // minus sign, which does not break from its number
)

// style is how a language writes numbers.
type style struct {
	thousands, decimal, percent string
	byteUnits                   [4]string
}

func styleOf(lang string) style {
	if lang == English {
		return style{thousands: ",", decimal: ".", percent: "%", byteUnits: [...]string{"bytes", "kB", "MB", "GB"}}
	}
	return style{thousands: NarrowSpace, decimal: ",", percent: NarrowSpace + "%", byteUnits: [...]string{"octets", "ko", "Mo", "Go"}}
}

// Number writes a whole number with its thousands apart: "12 345", "12,345".
func (p *Printer) Number(n int) string { return p.group(strconv.Itoa(n)) }

// Decimal writes a number rounded to a fixed count of decimals: "3,40". What is no number is a dash.
func (p *Printer) Decimal(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return p.group(strconv.FormatFloat(v, 'f', max(decimals, 0), 64))
}

// Percent writes a ratio as a percentage with one decimal where it has one: 0.42 is "42 %", 0.425 "42,5 %".
func (p *Printer) Percent(ratio float64) string {
	if math.IsNaN(ratio) || math.IsInf(ratio, 0) {
		return "–"
	}
	digits := strings.TrimSuffix(strconv.FormatFloat(ratio*100, 'f', 1, 64), ".0")
	return p.group(digits) + p.style.percent
}

// group puts the separators and the sign of the language into digits as strconv writes them.
func (p *Printer) group(digits string) string {
	if len(digits) <= 3 && strings.IndexByte(digits, '.') < 0 && strings.IndexByte(digits, '-') < 0 {
		return digits
	}
	digits, negative := strings.CutPrefix(digits, "-")
	whole, fraction, hasFraction := strings.Cut(digits, ".")
	var b strings.Builder
	if negative && strings.Trim(digits, "0.") != "" {
		b.WriteString(Minus)
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(p.style.thousands)
		}
		b.WriteRune(digit)
	}
	if hasFraction {
		b.WriteString(p.style.decimal)
		b.WriteString(fraction)
	}
	return b.String()
}

// Money writes an amount of minor units (cents; francs for XPF, which has none) of an ISO 4217 currency, the printer's
// own when code is empty: "105,60 €", "12 500 F CFP", "€105.60", "CFPF 12,500".
func (p *Printer) Money(minor int64, code string) string {
	if code == "" {
		code = p.currency
	}
	amount := p.group(shift(minor, fractionDigits(code)))
	amount, negative := strings.CutPrefix(amount, Minus)
	sign := ""
	if negative {
		sign = Minus
	}
	symbol := symbolOf(p.lang, code)
	switch {
	case p.lang == French:
		return strings.TrimSuffix(sign+amount+NoBreak+symbol, NoBreak)
	case len(symbol) > 1 && symbol[0] < 0x80 && symbol[len(symbol)-1] != '$':
		return sign + symbol + NoBreak + amount
	default:
		return sign + symbol + amount
	}
}

// fractionDigits is the count of decimals of a currency (ISO 4217 through CLDR), two for a code that is none.
func fractionDigits(code string) int {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 2
	}
	scale, _ := currency.Standard.Rounding(unit)
	return scale
}

// shift writes minor units as a decimal number without passing through floats.
func shift(minor int64, decimals int) string {
	digits, negative := strings.CutPrefix(strconv.FormatInt(minor, 10), "-")
	if decimals > 0 {
		if short := decimals + 1 - len(digits); short > 0 {
			digits = strings.Repeat("0", short) + digits
		}
		cut := len(digits) - decimals
		digits = digits[:cut] + "." + digits[cut:]
	}
	if negative {
		return "-" + digits
	}
	return digits
}

// symbolOf is the sign of a currency as the language writes it; a currency without one shows its code.
func symbolOf(lang, code string) string {
	french := lang == French
	switch code {
	case "EUR":
		return "€"
	case "GBP":
		return "£"
	case "XPF":
		if french {
			return "F" + NoBreak + "CFP"
		}
		return "CFPF"
	case "USD", "AUD", "NZD", "CAD":
		if country := code[:2]; french {
			return "$" + NoBreak + country
		} else if code != "USD" {
			return country + "$"
		}
		return "$"
	}
	return code
}

// Distance writes metres as a person says them: "350 m", "3,4 km", "12 km".
func (p *Printer) Distance(metres float64) string {
	if math.IsNaN(metres) || math.IsInf(metres, 0) {
		return "–"
	}
	metres = math.Max(metres, 0)
	switch {
	case metres < 99.5:
		return p.Decimal(metres, 0) + NoBreak + "m"
	case metres < 995:
		return p.Decimal(math.Round(metres/10)*10, 0) + NoBreak + "m"
	case metres < 9950:
		return p.group(strings.TrimSuffix(strconv.FormatFloat(metres/1000, 'f', 1, 64), ".0")) + NoBreak + "km"
	default:
		return p.Decimal(metres/1000, 0) + NoBreak + "km"
	}
}

// Size is a count of bytes, for arguments of T.
type Size int64

// Bytes writes a size in powers of a thousand: "512 octets", "1,5 Mo".
func (p *Printer) Bytes(n int64) string {
	size, unit := float64(max(n, 0)), 0
	for size >= 999.5 && unit < len(p.style.byteUnits)-1 {
		size, unit = size/1000, unit+1
	}
	decimals := 0
	if unit > 0 && size < 9.95 {
		decimals = 1
	}
	digits := strings.TrimSuffix(strconv.FormatFloat(size, 'f', decimals, 64), ".0")
	name := p.style.byteUnits[unit]
	if unit == 0 && (n == 1 || n <= 0 && p.lang == French) {
		name = strings.TrimSuffix(name, "s")
	}
	return p.group(digits) + NoBreak + name
}
