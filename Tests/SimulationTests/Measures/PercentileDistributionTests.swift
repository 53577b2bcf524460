import Simulation
import Testing
import Vocabulary

@Suite("measures: percentile distribution as text")
struct PercentileDistributionTests {
    /// 1 ... 10, and 700 once.
    static let snapshot = """
               Value     Percentile TotalCount 1/(1-Percentile)

               1.000 0.000000000000          1           1.00
               2.000 0.100000000000          2           1.11
               3.000 0.200000000000          3           1.25
               4.000 0.300000000000          4           1.43
               5.000 0.400000000000          5           1.67
               6.000 0.500000000000          6           2.00
               7.000 0.550000000000          7           2.22
               7.000 0.600000000000          7           2.50
               8.000 0.650000000000          8           2.86
               8.000 0.700000000000          8           3.33
               9.000 0.750000000000          9           4.00
               9.000 0.775000000000          9           4.44
               9.000 0.800000000000          9           5.00
              10.000 0.825000000000         10           5.71
              10.000 0.850000000000         10           6.67
              10.000 0.875000000000         10           8.00
              10.000 0.887500000000         10           8.89
              10.000 0.900000000000         10          10.00
             700.000 0.912500000000         11          11.43
             700.000 1.000000000000         11
        #[Mean    =       68.636, StdDeviation   =      199.673]
        #[Max     =      700.000, Total count    =           11]
        #[Buckets =           55, SubBuckets     =         1024]

        """

    @Test("the text of a small histogram")
    func literal() {
        let histogram = FineHistogram()
        for value in (1...10) + [700] as [UInt64] { histogram.record(value) }
        #expect(PercentileDistribution(of: histogram).text == Self.snapshot)
    }

    @Test("the text of nothing")
    func empty() throws {
        let distribution = PercentileDistribution(of: CoarseHistogram())
        #expect(
            distribution.text == """
                       Value     Percentile TotalCount 1/(1-Percentile)

                #[Mean    =        0.000, StdDeviation   =        0.000]
                #[Max     =        0.000, Total count    =            0]
                #[Buckets =           59, SubBuckets     =           64]

                """)
        #expect(try PercentileDistribution(parsing: distribution.text) == distribution)
    }

    /// 1 ... 10, and 700 once, of 16: the half of all is the 8th, and above 11/16 = 68.75 % there is nothing.
    @Test("what never came is above the last row, and the text says so")
    func neverCame() throws {
        let histogram = FineHistogram()
        for value in (1...10) + [700] as [UInt64] { histogram.record(value) }
        let distribution = PercentileDistribution(of: histogram, outOf: 16)
        #expect(
            distribution.text == """
                       Value     Percentile TotalCount 1/(1-Percentile)

                       1.000 0.000000000000          1           1.00
                       2.000 0.100000000000          2           1.11
                       4.000 0.200000000000          4           1.25
                       5.000 0.300000000000          5           1.43
                       7.000 0.400000000000          7           1.67
                       8.000 0.500000000000          8           2.00
                       9.000 0.550000000000          9           2.22
                      10.000 0.600000000000         10           2.50
                     700.000 0.650000000000         11           2.86
                     700.000 0.687500000000         11           3.20
                # 5 of 16 never came: all percentiles above 0.687500000000 are infinite
                # Mean, StdDeviation and Max are of those that came
                #[Mean    =       68.636, StdDeviation   =      199.673]
                #[Max     =      700.000, Total count    =           16]
                #[Buckets =           55, SubBuckets     =         1024]

                """)
        #expect(distribution.neverCame == 5)
        #expect(try PercentileDistribution(parsing: distribution.text) == distribution)
        let error = #expect(throws: MalformedDistribution.self) {
            try PercentileDistribution(parsing: distribution.text.replacing("5 of 16", with: "5 of 17"))
        }
        #expect(error?.description.hasPrefix("13:8: error: expected how many were due: 11 came\n") == true)
    }

    @Test("nothing came of three")
    func nothingCame() throws {
        let distribution = PercentileDistribution(of: FineHistogram(), outOf: 3)
        #expect(distribution.rows == [])
        #expect(
            distribution.text.contains(
                "\n# 3 of 3 never came: all percentiles above 0.000000000000 are infinite\n"))
        #expect(try PercentileDistribution(parsing: distribution.text) == distribution)
    }

    /// 1 ... 10: the third and the eighth are the quarters, between two rows and at one; 97.5 % is the last.
    @Test("further levels have a row each, in their order")
    func furtherLevels() throws {
        let histogram = FineHistogram()
        for value in 1...10 as ClosedRange<UInt64> { histogram.record(value) }
        let usual = PercentileDistribution(of: histogram)
        let distribution = PercentileDistribution(
            of: histogram, also: [250_000_000_000, 750_000_000_000, 975_000_000_000])
        let added = distribution.rows.filter { !usual.rows.contains($0) }
        #expect(added.map(\.percentile.description) == ["0.250000000000", "0.975000000000"])
        #expect(added.map(\.value.description) == ["3.000", "10.000"])
        #expect(added.map(\.inverse?.description) == ["1.33", "40.00"])
        #expect(distribution.rows.count == usual.rows.count + 2)
        #expect(try PercentileDistribution(parsing: distribution.text) == distribution)
    }

    @Test("nanoseconds shown as milliseconds, rounded to the nearest")
    func unit() throws {
        let histogram = FineHistogram()
        histogram.record(1_500_499)
        let distribution = PercentileDistribution(of: histogram, unit: 1_000_000)
        #expect(distribution.rows.map(\.value.description) == ["1.500", "1.500"])
        #expect(distribution.mean.description == "1.500")
        #expect(distribution.max.approximation == 1.5)
    }

    @Test(
        "reading what was written changes nothing", arguments: PercentileTests.Shape.allCases, [1, 7, 5_000])
    func roundTrip(shape: PercentileTests.Shape, size: Int) throws {
        var draws = TestDraws(seed: UInt64(size))
        let histogram = FineHistogram()
        for _ in 0..<size { histogram.record(shape.draw(&draws)) }
        for unit in [1, 1_000, 1_000_000] as [UInt64] {
            let distribution = PercentileDistribution(of: histogram, unit: unit)
            let read = try PercentileDistribution(parsing: distribution.text)
            #expect(read == distribution)
            #expect(read.text == distribution.text)
        }
    }

    /// One value of 2^64 - 1 above 2^64 - 2 zeros: only after 64 halvings a row reaches it.
    @Test("the greatest numbers have a text, too")
    func greatest() throws {
        let histogram = FineHistogram()
        histogram.record(0, count: .max - 1)
        histogram.record(.max)
        let distribution = PercentileDistribution(of: histogram)
        #expect(distribution.rows.last?.value.description == "18446744073709551615.000")
        for halvings in 0..<64 {
            let row = distribution.rows[5 * halvings]
            #expect(row.value.units == 0)
            #expect(row.inverse?.description == "\(UInt64(1) << halvings).00")
        }
        #expect(distribution.rows[50].percentile.description == "0.999023437500")  // 1 - 1/1,024
        #expect(try PercentileDistribution(parsing: distribution.text) == distribution)
    }

    /// The last rows of a file written by HdrHistogram_c: six decimals, and an end that is infinite.
    @Test("the text of other programs is read")
    func otherPrograms() throws {
        let distribution = try PercentileDistribution(
            parsing: """
                       Value   Percentile   TotalCount 1/(1-Percentile)

                     637.439     0.999890         9983      9102.22
                     637.951     0.999902         9984     10240.00
                     637.951     1.000000         9984          inf
                #[Mean    =      180.862, StdDeviation   =      166.626]
                #[Max     =      637.440, Total count    =         9984]
                #[Buckets =           27, SubBuckets     =         2048]
                """)
        #expect(distribution.rows.map(\.percentile.approximation) == [0.99989, 0.999902, 1])
        #expect(distribution.rows.last?.inverse == nil)
        #expect(distribution.max.approximation == 637.44)
        #expect(distribution.subBuckets == 2_048)
    }

    /// Each replaces one piece of the snapshot.
    @Test(
        "what is wrong is pointed at, with what would be right",
        arguments: [
            ("Percentile T", "Percent T", 1, 18, "'Percentile'"),
            ("1/(1-Percentile)\n", "1/(1-Percentile) x\n", 1, 57, "nothing more"),
            ("       1.000 0.00", "       one 0.00", 3, 8, "a value"),
            ("       1.000 0.00", "       -1.000 0.00", 3, 8, "a value"),
            (
                "       2.000 0.10", "       0.999 0.10", 4, 8,
                "a value, at least 1.000 and with as many decimals"
            ),
            (
                "       2.000 0.10", "       2.0 0.10", 4, 8,
                "a value, at least 1.000 and with as many decimals"
            ),
            (
                "0.400000000000", "1.400000000000", 7, 14,
                "a percentile up to 1, at least 0.300000000000 and with as many decimals"
            ),
            ("      5           1.67", "      3           1.67", 7, 38, "a count of at least 4"),
            ("      5           1.67", "      5", 7, 39, "1/(1-Percentile)"),
            ("      5           1.67", "      5           1.67 2", 7, 55, "nothing more"),
            ("     700.000 1.000000000000         11\n", "", 22, 1, "the row of 100 %"),
            ("Mean  ", "Median", 23, 3, "'Mean'"),
            ("68.636,", "68,636,", 23, 22, "'StdDeviation'"),
            ("    199.673]", "    199.677", 23, 56, "']'"),
            ("           11]", "           12]", 24, 54, "11, the TotalCount of the last row"),
            ("     1024]", "     1024.5]", 25, 52, "the number of sub-buckets"),
            ("1024]\n", "1024]\n\nmore\n", 27, 1, "nothing more"),
        ])
    func malformed(piece: String, replacement: String, line: Int, column: Int, expected: String) throws {
        let text = Self.replacing(piece, by: replacement)
        let error = #expect(throws: MalformedDistribution.self) { try PercentileDistribution(parsing: text) }
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.expected == expected)
    }

    @Test("a text may break off anywhere, and the error is at its end")
    func brokenOff() {
        let lines = Self.snapshot.split(separator: "\n", omittingEmptySubsequences: false)
        for count in 0..<lines.count - 1 {
            let text = lines.prefix(count).joined(separator: "\n")
            let error = #expect(throws: MalformedDistribution.self) {
                try PercentileDistribution(parsing: text)
            }
            #expect(error?.line == max(1, count + 1))
        }
    }

    @Test("an error shows the line and the place")
    func description() throws {
        let text = Self.replacing("       2.000 0.10", by: "       two 0.10")
        let error = #expect(throws: MalformedDistribution.self) { try PercentileDistribution(parsing: text) }
        #expect(
            error?.description == """
                4:8: error: expected a value, at least 1.000 and with as many decimals
                4 |        two 0.100000000000          2           1.11
                  |        ^
                """)
    }

    private static func replacing(_ piece: String, by replacement: String) -> String {
        let parts = snapshot.split(separator: piece, maxSplits: 1, omittingEmptySubsequences: false)
        precondition(parts.count == 2, "the snapshot has no '\(piece)'")
        return parts.joined(separator: replacement)
    }
}

@Suite("measures: fixed decimals")
struct FixedDecimalTests {
    @Test(
        "quotients are rounded to the nearest, a tie upwards",
        arguments: [
            (1, 3, 2, "0.33"), (2, 3, 2, "0.67"), (1, 8, 2, "0.13"), (0, 7, 3, "0.000"), (7, 1, 0, "7"),
            (1_999, 2_000, 3, "1.000"), (1, 100, 1, "0.0"), (.max, .max, 12, "1.000000000000"),
        ] as [(UInt128, UInt128, Int, String)])
    func quotients(numerator: UInt128, denominator: UInt128, decimals: Int, text: String) {
        #expect(FixedDecimal(rounding: numerator, over: denominator, decimals: decimals).description == text)
    }

    @Test(
        "doubles are rounded to the nearest",
        arguments: [(0.0, "0.000"), (1.4142135, "1.414"), (0.0625, "0.062"), (12_345.6789, "12345.679")])
    func doubles(number: Double, text: String) {
        #expect(FixedDecimal(rounding: number, decimals: 3).description == text)
    }

    @Test(
        "text is read as it was written",
        arguments: ["0", "0.5", "1.50", "00.25", "340282366920938463463.000"])
    func reading(text: String) {
        #expect(
            FixedDecimal(text).map { $0.decimals } == text.split(separator: ".").dropFirst().first?.count ?? 0
        )
        #expect(FixedDecimal(text)?.approximation == Double(text))
    }

    @Test(
        "what is not a plain decimal is refused",
        arguments: [
            "", ".", "1.", ".5", "1.2.3", "+1", "-1", "1e3", "1_000", " 1", "１",
            String(repeating: "9", count: 39),
        ])
    func refused(text: String) {
        #expect(FixedDecimal(text) == nil)
    }
}
