import Glibc

/// What can be wrong with a sequence of numbers that ought to be random.
enum Battery {
    enum Flaw: Hashable, Sendable {
        case bit
        case byte(Int)  // from the lowest
        case tuple(dimension: Int, fromTop: Bool)
        case serial(lag: Int)
        case flips(lag: Int)
        case spacings
    }

    static func flaws(in numbers: [UInt64]) -> Set<Flaw> {
        var flaws: Set<Flaw> = []
        if !bitsAreEven(numbers) { flaws.insert(.bit) }
        for byte in 0..<8 where !byteIsEven(numbers, byte) { flaws.insert(.byte(byte)) }
        for dimension in 2...4 {
            for fromTop in [true, false] where !tuplesAreEven(numbers, dimension, fromTop) {
                flaws.insert(.tuple(dimension: dimension, fromTop: fromTop))
            }
        }
        for lag in [1, 2, 3, 4, 8, 64, 256, 1_024] {
            if !isUncorrelated(numbers, lag) { flaws.insert(.serial(lag: lag)) }
        }
        for lag in [1, 2, 3, 8] where !flipsAreEven(numbers, numbers.dropFirst(lag)) {
            flaws.insert(.flips(lag: lag))
        }
        if !spacingsRepeatAsTheyShould(numbers) { flaws.insert(.spacings) }
        return flaws
    }

    /// Each of the 64 bits is set in half of the numbers.
    static func bitsAreEven(_ numbers: [UInt64]) -> Bool {
        var counts = [Int](repeating: 0, count: 64)
        for number in numbers {
            for bit in 0..<64 { counts[bit] += Int(number >> UInt64(bit) & 1) }
        }
        let bound = Significance.binomial(trials: numbers.count, probability: 0.5, statistics: 64)
        return counts.allSatisfy { (Double($0) - Double(numbers.count) / 2).magnitude <= bound }
    }

    static func byteIsEven(_ numbers: [UInt64], _ byte: Int) -> Bool {
        var counts = [Int](repeating: 0, count: 256)
        for number in numbers { counts[Int(number >> UInt64(8 * byte) & 255)] += 1 }
        return areEven(counts)
    }

    /// Two, three or four successive numbers, 12 bits in all, fall evenly into the 4,096 cells of a square,
    /// cube…
    static func tuplesAreEven(_ numbers: [UInt64], _ dimension: Int, _ fromTop: Bool) -> Bool {
        let bits = 12 / dimension
        var counts = [Int](repeating: 0, count: 4_096)
        for start in stride(from: 0, through: numbers.count - dimension, by: dimension) {
            var cell = 0
            for number in numbers[start..<start + dimension] {
                let part = fromTop ? number >> UInt64(64 - bits) : number & (1 << UInt64(bits) - 1)
                cell = cell << bits | Int(part)
            }
            counts[cell] += 1
        }
        return areEven(counts)
    }

    /// The products of (u − ½) with its successor add up to nothing. Each product has mean 0 and variance
    /// 1/144.
    static func isUncorrelated(_ numbers: [UInt64], _ lag: Int) -> Bool {
        let centred = numbers.map { Double($0 >> 11) * 0x1p-53 - 0.5 }
        let sum = zip(centred, centred.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 }
        let deviation = (Double(numbers.count - lag) / 144).squareRoot()
        return sum.magnitude <= Significance.standardErrors * deviation
    }

    /// From a number to its partner half of all bits change.
    static func flipsAreEven(_ numbers: some Sequence<UInt64>, _ partners: some Sequence<UInt64>) -> Bool {
        var flips = 0
        var bits = 0
        for (a, b) in zip(numbers, partners) {
            flips += (a ^ b).nonzeroBitCount
            bits += 64
        }
        let bound = Significance.binomial(trials: bits, probability: 0.5)
        return (Double(flips) - Double(bits) / 2).magnitude <= bound
    }

    /// Marsaglia's birthdays: of 4,096 birthdays in a year of 2³² days, sorted, the distances that occur
    /// again number 4,096³/(4·2³²) = 4 on the average, Poisson distributed; over all groups as many times
    /// more.
    static func spacingsRepeatAsTheyShould(_ numbers: [UInt64]) -> Bool {
        let people = 4_096
        let groups = numbers.count / people
        var repeats = 0
        for group in 0..<groups {
            let days = numbers[group * people..<(group + 1) * people].map { UInt32($0 >> 32) }.sorted()
            let gaps = zip(days.dropFirst(), days).map { $0 - $1 }.sorted()
            repeats += zip(gaps.dropFirst(), gaps).count { $0 == $1 }
        }
        let expected = 4 * Double(groups)
        let exponent = Significance.exponent()
        let bound = exponent / 3 + (exponent * exponent / 9 + 2 * exponent * expected).squareRoot()
        return (Double(repeats) - expected).magnitude <= bound
    }

    static func areEven(_ counts: [Int]) -> Bool {
        let expected = Double(counts.reduce(0, +)) / Double(counts.count)
        return Significance.fits(counts, [Double](repeating: expected, count: counts.count))
    }

    /// Two sequences have nothing to do with each other, nor has one with the other shifted by up to two
    /// places.
    static func neighbourFlaws(_ a: [UInt64], _ b: [UInt64]) -> [String] {
        var flaws: [String] = []
        for shift in -2...2 {
            let left = a.dropFirst(max(0, shift))
            let right = b.dropFirst(max(0, -shift))
            if !flipsAreEven(left, right) { flaws.append("bits agree at shift \(shift)") }
            var cells = [Int](repeating: 0, count: 4_096)
            for (x, y) in zip(left, right) { cells[Int((x >> 58) << 6 | y >> 58)] += 1 }
            if !areEven(cells) { flaws.append("pairs are uneven at shift \(shift)") }
        }
        return flaws
    }

    /// Strict avalanche: whichever bit of the argument is flipped, each bit of the result flips half of the
    /// time. Arguments are dense small numbers, as counters and entities are.
    static func avalanches(_ function: (UInt64) -> UInt64) -> Bool {
        let arguments: UInt64 = 2_048
        let results = (0..<arguments).map(function)
        let bound = Significance.binomial(
            trials: Int(arguments), probability: 0.5, statistics: 64 * 64)
        for input in 0..<64 {
            var flips = [Int](repeating: 0, count: 64)
            for argument in 0..<arguments {
                let changed = results[Int(argument)] ^ function(argument ^ 1 << UInt64(input))
                for output in 0..<64 { flips[output] += Int(changed >> UInt64(output) & 1) }
            }
            for count in flips where (Double(count) - Double(arguments) / 2).magnitude > bound {
                return false
            }
        }
        return true
    }
}
