/// How wide the terminal output may become, in columns.
package let pageWidth = 100

/// `text` broken at spaces into lines of at most `pageWidth` columns, all but the first indented; the first
/// leaves the same room for what the caller puts in front of it. A number stays with its `%`.
package func wrapped(_ text: String, indent: Int) -> String {
    var lines: [String] = []
    var line = ""
    let words = text.split(separator: " ").map(String.init).reduce(into: [String]()) { words, word in
        if word.hasPrefix("%"), let number = words.popLast() {
            words.append("\(number) \(word)")
        } else {
            words.append(word)
        }
    }
    for word in words {
        if !line.isEmpty, indent + line.count + 1 + word.count > pageWidth {
            lines.append(line)
            line = ""
        }
        line += line.isEmpty ? word : " \(word)"
    }
    lines.append(line)
    return lines.joined(separator: "\n" + spaces(indent))
}

package func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

package func leftAligned(_ text: String, _ width: Int) -> String { text + spaces(width - text.count) }

package func rightAligned(_ text: String, _ width: Int) -> String { spaces(width - text.count) + text }

/// A word somebody typed, in quotes, on one line whatever it holds.
package func quoted(_ word: some StringProtocol) -> String { "'" + visible(word) + "'" }

/// Text that somebody else wrote, on one line: a line break, an escape sequence or a mark that turns the
/// direction of writing is shown as its code, so that it cannot act on what stands around it.
package func visible(_ text: some StringProtocol) -> String {
    guard text.unicodeScalars.contains(where: isActive) else { return String(text) }
    return text.unicodeScalars.map { isActive($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
}

private func isActive(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true  // control characters
    case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // directions of writing
    case 0x2028, 0x2029, 0xFEFF: true  // line and paragraph breaks, byte order mark
    default: false
    }
}

/// A whole number with its thousands apart, `1,234,567`.
package func grouped(_ number: some BinaryInteger) -> String {
    var text = ""
    for (position, digit) in String(number.magnitude).reversed().enumerated() {
        if position > 0, position % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return (number < 0 ? "-" : "") + String(text.reversed())
}

/// A number with so many decimals and its thousands apart, `12,345.7`; rounded to the nearest, ties away from
/// zero. What is too large for that is shown in powers of ten, `1e+20`.
package func decimal(_ number: Double, places: Int) -> String {
    let unit = powerOfTen(places)
    let scaled = (number.magnitude * Double(unit)).rounded()
    guard scaled < 0x1p63 else { return "\(number)" }  // also false for what is not a number
    let (whole, rest) = UInt64(scaled).quotientAndRemainder(dividingBy: unit)
    let sign = number < 0 && scaled > 0 ? "-" : ""
    let decimals = places > 0 ? "." + String(rest + unit).dropFirst() : ""
    return sign + grouped(whole) + decimals
}

/// A number in four significant digits, `0.03125` as `0.03125`, `4.00049` as `4.000`; whole numbers and the
/// whole part of large ones are shown to their last digit. Below a millionth it is in powers of ten.
package func significant(_ number: Double) -> String {
    guard number != number.rounded() else { return decimal(number, places: 0) }
    guard number.magnitude >= 1e-6 else { return "\(number)" }
    var places = 3
    while places > 0, number.magnitude >= Double(powerOfTen(4 - places)) { places -= 1 }
    while number.magnitude * Double(powerOfTen(places)) < 1_000, number.magnitude < 1 { places += 1 }
    return decimal(number, places: places)
}

package func powerOfTen(_ exponent: Int) -> UInt64 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

/// A digest as people compare it: 16 hexadecimal digits in groups of four.
package func digestText(_ digest: UInt64) -> String {
    let digits = String(digest, radix: 16)
    let all = Array(String(repeating: "0", count: 16 - digits.count) + digits)
    return stride(from: 0, to: 16, by: 4).map { String(all[$0..<$0 + 4]) }.joined(separator: "-")
}

/// A word as it has to be typed into a shell to arrive unchanged.
package func shellWord(_ word: String) -> String {
    let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:,./@%"
    guard word.isEmpty || !word.allSatisfy(plain.contains) else { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
