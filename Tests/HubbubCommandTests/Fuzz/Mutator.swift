import Foundation
import Simulation

/// Makes files wrong, in the ways in which files go wrong and in those in which somebody wants them to.
struct Mutator {
    private let corpus: [[UInt8]]
    private var stream: RandomStream

    /// - Parameter corpus: files, sound ones and broken ones.
    init(_ corpus: [[UInt8]], seed: UInt64) {
        precondition(!corpus.isEmpty)
        self.corpus = corpus
        stream = Streams(seed: seed, purpose: Purpose("fuzz")).stream(of: 0)
    }

    /// One of the files with up to four things done to it; now and then bytes that never were a file. A third
    /// of them have other numbers and nothing else, so that they are read to their end.
    mutating func next() -> [UInt8] {
        if stream.below(50) == 0 { return (0..<stream.below(200)).map { _ in UInt8(stream.below(256)) } }
        var bytes = file
        if stream.below(3) == 0 {
            for _ in 0...stream.below(3) { replaceNumber(in: &bytes) }
            return bytes
        }
        for _ in 0...stream.below(4) { mutate(&bytes) }
        return bytes
    }

    /// A value, as somebody might give it to an option.
    mutating func value() -> String {
        var bytes = stream.below(3) == 0 ? piece : tokens(of: file).map { Array($0) }.randomElement(&stream)
        if stream.below(2) == 0 { mutate(&bytes) }
        // An argument of a command ends at a NUL, and a long one does not reach it.
        return String(decoding: bytes.prefix(10_000).filter { $0 != 0 }, as: UTF8.self)
    }

    mutating func below(_ n: Int) -> Int { stream.below(n) }

    private var file: [UInt8] { mutating get { corpus[stream.below(corpus.count)] } }

    private var piece: [UInt8] { mutating get { Self.pieces[stream.below(Self.pieces.count)] } }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes = piece }
        let place = stream.below(bytes.count)
        switch stream.below(16) {
        case 0: bytes[place] ^= 1 << UInt8(stream.below(8))
        case 1: bytes[place] = UInt8(stream.below(256))
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + stream.below(40)))
        case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + stream.below(80))], at: place)
        case 4: bytes.removeSubrange(place...)
        case 5, 6: bytes.insert(contentsOf: piece, at: place)
        case 7: splice(&bytes, at: place)
        case 8, 9: swapTokens(of: &bytes)
        case 10, 11: replaceNumber(in: &bytes)
        case 12: swapLines(of: &bytes)
        case 13:
            bytes = bytes.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
        case 14: bytes[place] = 0
        default: swell(&bytes, at: place)
        }
    }

    /// The beginning of this file and the end of another one.
    private mutating func splice(_ bytes: inout [UInt8], at place: Int) {
        let other = file
        bytes = Array(bytes[..<place]) + Array(other.dropFirst(stream.below(other.count + 1)))
    }

    private mutating func swapTokens(of bytes: inout [UInt8]) {
        let tokens = tokens(of: bytes)
        guard tokens.count > 1 else { return }
        let (a, b) = (stream.below(tokens.count), stream.below(tokens.count))
        guard a != b else { return }
        let (first, second) = (tokens[min(a, b)], tokens[max(a, b)])
        var swapped = Array(bytes[..<first.startIndex])
        swapped += second
        swapped += bytes[first.endIndex..<second.startIndex]
        swapped += first
        swapped += bytes[second.endIndex...]
        bytes = swapped
    }

    private mutating func replaceNumber(in bytes: inout [UInt8]) {
        let numbers = tokens(of: bytes).filter { $0.contains { (0x30...0x39).contains($0) } }
        guard !numbers.isEmpty else { return }
        let number = numbers[stream.below(numbers.count)]
        // The unit stays, so that what is read is a time or a size.
        let end = number.lastIndex { (0x30...0x39).contains($0) }! + 1
        bytes.replaceSubrange(
            number.startIndex..<end, with: Array(Self.numbers[stream.below(Self.numbers.count)].utf8))
    }

    private mutating func swapLines(of bytes: inout [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        lines.swapAt(stream.below(lines.count), stream.below(lines.count))
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// What is small in a file and large in a careless reader: depth, repetition, long lines, names for names.
    private mutating func swell(_ bytes: inout [UInt8], at place: Int) {
        let times = 1 << stream.below(14)
        switch stream.below(6) {
        case 0: bytes.insert(contentsOf: [UInt8](repeating: UInt8(ascii: "["), count: times), at: place)
        case 1: bytes.insert(contentsOf: Array("{a: ".utf8) * times, at: place)
        case 2: bytes.insert(contentsOf: piece * min(times, 1_024), at: place)
        case 3:
            let lines = (0..<min(times, 200)).map { String(repeating: " ", count: 2 * $0) + "a:\n" }
            bytes += Array("\n".utf8) + Array(lines.joined().utf8)
        case 4:
            // Each name stands for ten times the one before it.
            let names = (1...9).map {
                "x\($0): &x\($0) [\(([String](repeating: "*x\($0 - 1)", count: 10)).joined(separator: ", "))]"
            }
            bytes += Array(("\nx0: &x0 [lol]\n" + names.joined(separator: "\n") + "\n").utf8)
        default: bytes.insert(contentsOf: Array("&a [*a, ".utf8), at: place)
        }
    }

    /// Runs of bytes between spaces and marks of the two formats.
    private func tokens(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split { Self.marks.contains($0) }
    }

    private static let marks = Set(" \t\r\n:,[]{}\"'#".utf8)

    private static let pieces: [[UInt8]] =
        [
            "&a ", "*a", "<<: ", "{", "}", "[", "]", ": ", "- ", "\n", "\t", "  ", "\"", "'", "|\n", ">\n",
            "#",
            "!!str ", "---\n", "...\n", "%YAML 9.9\n", "@eu", "\\", "\\u0000", "\\ud800", "0s", "p99", "..",
            "\u{2028}", "\u{85}", "é", "e\u{301}\u{301}\u{301}", "\u{202E}", "\u{FEFF}", "🏔️👩‍👩‍👧‍👦", "\u{1B}[31m",
            "? ", "null", "~", "extends: a.yaml\n", "\r", "\r\n", "[0..9]", "server[0..999999999]", "exp ",
            "uniform 1s..1ms", "table { p50: 1ms, max: 1ns }", "1/s per user", "during", "except", "where",
            "true",
        ].map { Array($0.utf8) } + [
            [0], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF, 0xFE], [0xF4, 0x90, 0x80, 0x80],
        ]

    private static let numbers = [
        "0", "-0", "-1", "1", "00", "0.5", "1e9", "1e308", "1e-308", "1e999999999", "NaN", "inf", "0x10",
        "1_000",
        "2147483647", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "99999999999999999999999999999999999999999",
        "0.00000000000000000000000000000000000001", "9007199254740993", "1000000000", "999999999999",
    ]
}

private func * (bytes: [UInt8], times: Int) -> [UInt8] { Array(repeatElement(bytes, count: times).joined()) }

extension [[UInt8]] {
    fileprivate func randomElement(_ stream: inout RandomStream) -> [UInt8] {
        isEmpty ? [] : self[stream.below(count)]
    }
}
