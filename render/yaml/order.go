package yaml

// compareKeys orders the keys of a map as the library does: numbers within them
// by their size, letters behind everything else.
func compareKeys(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	switch {
	case i == len(a) || i == len(b):
		return len(a) - len(b)
	case isLetter(a[i]) && isLetter(b[i]):
		return int(a[i]) - int(b[i])
	case isLetter(a[i]):
		return 1
	case isLetter(b[i]):
		return -1
	}
	first, firstEnd := number(a, b, i)
	second, secondEnd := number(b, a, i)
	switch {
	case first != second && first < second:
		return -1
	case first != second:
		return 1
	case firstEnd != secondEnd:
		return firstEnd - secondEnd
	}
	return int(a[i]) - int(b[i])
}

// number reads the digits of text from i on. Where one of the texts has a zero
// there and stands inside a number, the number so far counts as one.
func number(text, other string, i int) (value int64, end int) {
	if text[i] == '0' || other[i] == '0' {
		for j := i - 1; j >= 0 && isDigit(text[j]); j-- {
			if text[j] != '0' {
				value = 1
				break
			}
		}
	}
	for end = i; end < len(text) && isDigit(text[end]); end++ {
		value = value*10 + int64(text[end]-'0')
	}
	return value, end
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
