import Testing
import Vocabulary

@Suite("vocabulary: quantities")
struct QuantityTests {
    /// What somebody writes, and its usual spelling; the value reads back from that.
    private func check<Value: Quantity>(_ type: Value.Type, _ text: String, _ value: Value, _ written: String)
        throws
    {
        #expect(try Value(reading: text) == value)
        #expect(value.written == written)
        #expect(try Value(reading: value.written) == value)
    }

    private func problem<Value: Quantity>(_ type: Value.Type, _ text: String) -> String {
        do throws(Misreading) {
            return "read as \(try Value(reading: text))"
        } catch {
            return error.message + (error.remedy.map { " → \($0)" } ?? "")
        }
    }

    /// 1m30s = 90 s; 1.5h = 90 min; 1d = 86,400 s.
    @Test(
        "times",
        arguments: [
            ("10m", Span.minutes(10), "10m"), ("1m30s", .seconds(90), "1m30s"),
            ("90s", .seconds(90), "1m30s"),
            ("150us", .microseconds(150), "150us"), ("2h", .hours(2), "2h"), ("1.5h", .minutes(90), "1h30m"),
            ("1d", .hours(24), "1d"), ("0s", .zero, "0s"), ("0.25ms", .microseconds(250), "250us"),
            ("1025ms", .milliseconds(1_025), "1.025s"), ("-20ms", .milliseconds(-20), "-20ms"),
            ("-90s", .seconds(-90), "-1m30s"), ("1ns", .nanoseconds(1), "1ns"),
            ("61.5s", .milliseconds(61_500), "61.5s"),
            ("1h1ms", .nanoseconds(3_600_001_000_000), "3600.001s"),
            ("1m02s", .seconds(62), "1m2s"), ("1h00m05s", .seconds(3_605), "1h5s"),
        ])
    func times(text: String, span: Span, written: String) throws {
        try check(Span.self, text, span, written)
    }

    @Test(
        "what is no time",
        arguments: [
            ("10", "'10' needs a unit: ns, us, ms, s, m, h or d → did you mean '10s'?"),
            ("10sec", "'sec' is no unit of a time; there are ns, us, ms, s, m, h, d → did you mean '10s'?"),
            ("1:30", "'1:30' is not a time → write it like 10s, 150us or 1m30s"),
            ("010s", "'010s' begins with a zero, which some would read as octal → write 10s"),
            ("01m02s", "'01m02s' begins with a zero, which some would read as octal → write 1m02s"),
            ("-007s", "'-007s' begins with a zero, which some would read as octal → write -7s"),
            ("00.5s", "'00.5s' begins with a zero, which some would read as octal → write 0.5s"),
            ("1m30", "'1m30' needs a unit: ns, us, ms, s, m, h or d → did you mean '1m30s'?"),
            ("10 s", "'10 s' has a space between number and unit → write 10s"),
            ("soon", "'soon' is not a time → write it like 10s, 150us or 1m30s"),
            ("", "a time is missing here → write it like 10s, 150us or 1m30s"),
            ("0.5ns", "'0.5ns' is finer than 1ns, the smallest unit"),
            ("30s1m", "'30s1m' is no time: larger units come first → write it like 10s, 150us or 1m30s"),
            ("1s1s", "'1s1s' is no time: larger units come first → write it like 10s, 150us or 1m30s"),
            ("99999999999999999d", "'99999999999999999d' is more than can be counted"),
            (
                "1e3s",
                "'e' is no unit of a time; there are ns, us, ms, s, m, h, d → write it like 10s, 150us or 1m30s"
            ),
            ("1.5.5s", "'1.5.5' is no number"),
            ("9999999999999999999999999s", "'9999999999999999999999999s' is more than can be counted"),
            ("1,5s", "'1,5s' is not a time → write it like 10s, 150us or 1m30s"),
        ])
    func noTimes(text: String, message: String) {
        #expect(problem(Span.self, text) == message)
    }

    /// 4 KB = 4,000 B, 4 KiB = 4,096 B, 1.5 MB = 1,500,000 B.
    @Test(
        "sizes",
        arguments: [
            ("4KB", 4_000, "4KB"), ("4KiB", 4_096, "4.096KB"), ("500B", 500, "500B"),
            ("1.5MB", 1_500_000, "1.5MB"),
            ("2GB", 2_000_000_000, "2GB"), ("0B", 0, "0B"), ("1TB", 1_000_000_000_000, "1000GB"),
            ("1MiB", 1_048_576, "1048.576KB"),
        ])
    func sizes(text: String, bytes: Int64, written: String) throws {
        try check(ByteCount.self, text, .bytes(bytes), written)
    }

    @Test(
        "rates of bytes",
        arguments: [
            ("2GB/s", ByteCount.megabytes(2_000), "2GB/s"), ("2GB", .megabytes(2_000), "2GB/s"),
            ("0.5MB/s", .kilobytes(500), "500KB/s"),
        ])
    func byteRates(text: String, size: ByteCount, written: String) throws {
        try check(ByteRate.self, text, ByteRate(size), written)
    }

    @Test("what is no rate of bytes", arguments: ["2GB/m", "2/s", "fast", "2Gbit/s"])
    func noByteRates(text: String) {
        #expect(
            problem(ByteRate.self, text)
                == "'\(text)' is not a rate of bytes → write it like 2GB/s or 500MB/s")
    }

    @Test(
        "what is no size",
        arguments: [
            ("4", "'4' needs a unit: B, KB, KiB, MB, MiB, GB, GiB or TB → write it like 4KB, 500B or 1.5MB"),
            (
                "4kb",
                "'kb' is no unit of a size; there are B, KB, KiB, MB, MiB, GB, GiB, TB → did you mean '4KB'?"
            ),
            ("0.5B", "'0.5B' is finer than 1B, the smallest unit"),
            ("4KB4B", "'4KB4B' is not a size → write it like 4KB, 500B or 1.5MB"),
        ])
    func noSizes(text: String, message: String) {
        #expect(problem(ByteCount.self, text) == message)
    }

    @Test(
        "data rates",
        arguments: [
            ("10Mbit/s", 10_000_000, "10Mbit/s"), ("1.5Gbit/s", 1_500_000_000, "1.5Gbit/s"),
            ("8bit/s", 8, "8bit/s"),
            ("15600kbit/s", 15_600_000, "15.6Mbit/s"),
        ])
    func dataRates(text: String, bits: Int64, written: String) throws {
        try check(DataRate.self, text, DataRate(bitsPerSecond: bits), written)
    }

    @Test("a data rate in another spelling")
    func noDataRates() {
        #expect(
            problem(DataRate.self, "10Mbps")
                == "'Mbps' is no unit of a data rate; there are bit/s, kbit/s, Mbit/s, Gbit/s → did you mean '10Mbit/s'?"
        )
    }

    /// 19.9 % = 199/1000; 0.01 % = 1/10,000; 12.5 % = 1/8.
    @Test(
        "shares are exact",
        arguments: [
            ("19.9%", 199, 1_000, "19.9%"), ("100%", 1, 1, "100%"), ("0%", 0, 1, "0%"),
            ("0.01%", 1, 10_000, "0.01%"),
            ("12.50%", 1, 8, "12.5%"), ("0.0000000001%", 1, 1_000_000_000_000, "0.0000000001%"),
        ])
    func shares(text: String, count: Int64, of: Int64, written: String) throws {
        try check(Share.self, text, Share(count, of: of), written)
        #expect(Share(count, of: of).count == count)
        #expect(Share(count, of: of).of == of)
    }

    @Test(
        "what is no share",
        arguments: [
            ("0.5", "'0.5' needs a unit: % → did you mean '50%'?"),
            ("50", "'50' needs a unit: % → did you mean '50%'?"),
            ("1.5", "'1.5' needs a unit: % → did you mean '1.5%'?"),
            ("101%", "'101%' is more than the whole, 100%"),
            ("-5%", "'-5%' is not a share → write it like 50% or 19.9%"),
            ("50 %", "'50 %' has a space in it → write 50%"),
            ("0.00000000001%", "'0.00000000001%' has more than ten decimals"),
            ("half", "'half' is not a share → write it like 50% or 19.9%"),
        ])
    func noShares(text: String, message: String) {
        #expect(problem(Share.self, text) == message)
    }

    /// In floating point 0.1 + 0.2 + 0.7 is 0.9999999999999999.
    @Test("shares fill a whole exactly or not at all")
    func sums() throws {
        let tenths = try ["10%", "20%", "70%"].map { try Share(reading: $0) }
        #expect(Share.fill(tenths))
        let nearly = try ["80%", "19.9%", "0.0999999999%"].map { try Share(reading: $0) }
        #expect(!Share.fill(nearly))
        #expect(Share.sumText(nearly) == "99.9999999999%")
        #expect(Share.fill([Share]()) == false)
    }

    @Test(
        "rates",
        arguments: [
            ("1/m per user", Rate(1, every: .minutes(1), perUser: true), "1/m per user"),
            ("100/s", Rate(100, every: .seconds(1)), "100/s"),
            ("3/10s", Rate(3, every: .seconds(10)), "3/10s"),
            ("1/90s", Rate(1, every: .seconds(90)), "1/1m30s"),
            ("2k/s", Rate(2_000, every: .seconds(1)), "2000/s"),
            ("0/s", Rate(0, every: .seconds(1)), "0/s"),
        ])
    func rates(text: String, rate: Rate, written: String) throws {
        try check(Rate.self, text, rate, written)
    }

    @Test(
        "what is no rate",
        arguments: [
            (
                "100",
                "'100' is not a rate: it says how many, and in what time → write it like 100/s or 1/m per user"
            ),
            ("0.5/s", "'0.5/s' counts parts of one → write whole numbers: 1/2s for one every two seconds"),
            ("1/minute", "'1/minute' is not a rate → write it like 100/s or 1/m per user"),
            ("1/0s", "'1/0s' has an interval of 0s → write it like 100/s or 1/m per user"),
            ("1/m per person", "'1/m per person' is not a rate → write it like 100/s or 1/m per user"),
            ("x/s", "'x/s' is not a rate: 'x' is not a count → write it like 100/s or 1/m per user"),
        ])
    func noRates(text: String, message: String) {
        #expect(problem(Rate.self, text) == message)
    }

    @Test(
        "counts",
        arguments: [("40", 40), ("200k", 200_000), ("1.5M", 1_500_000), ("0", 0), ("2G", 2_000_000_000)])
    func counts(text: String, count: Int) throws {
        try check(Int.self, text, count, String(count))
    }

    @Test(
        "what is no count",
        arguments: [
            ("010", "'010' begins with a zero, which some would read as octal → write 10"),
            ("1_000", "'1_000' is not a count → write 1000"),
            ("1,000", "'1,000' is not a count → write 1000"),
            ("200K", "'200K' is not a count → write 200k"), ("1.5", "'1.5' is not a whole number"),
            ("1e5", "'1e5' is not a count → write it like 40, 200k or 1.5M"),
            ("0x10", "'0x10' is not a count → write it like 40, 200k or 1.5M"),
            ("-1", "'-1' is not a count"),
            ("٣", "'٣' is not a count → write it like 40, 200k or 1.5M"),
        ])
    func noCounts(text: String, message: String) {
        #expect(problem(Int.self, text) == message)
    }

    @Test(
        "what is no count of a range",
        arguments: [
            ("-1", "'-1' is not a count → write 1 to 64"),
            ("2.5", "'2.5' is not a whole number → write 1 to 64"),
            ("65", "'65' is more than 64, the most → write 1 to 64"),
        ])
    func noCountsOfRange(text: String, message: String) {
        do throws(Misreading) {
            Issue.record("read as \(try Int(reading: text, in: 1...64))")
        } catch {
            #expect(error.message + (error.remedy.map { " → \($0)" } ?? "") == message)
        }
    }

    @Test("names, yes and no, words")
    func words() throws {
        try check(Name.self, "one-host-dies", try Name(reading: "one-host-dies"), "one-host-dies")
        #expect(
            problem(Name.self, "One Host")
                == "'One Host' is no name: names are lower-case letters, digits and dashes → write one-host")
        #expect(problem(Name.self, "-") == "'-' is no name: names are lower-case letters, digits and dashes")
        #expect(
            problem(Name.self, String(repeating: "a", count: 65)) == "this name is longer than 64 letters")
        try check(Bool.self, "true", true, "true")
        #expect(problem(Bool.self, "yes") == "'yes' is neither true nor false → write true")
        #expect(problem(Bool.self, "1") == "'1' is neither true nor false → write true or false")
        #expect(problem(Colour.self, "gren") == "'gren' is none of red, green → did you mean 'green'?")
        #expect(problem(Colour.self, "blue") == "'blue' is none of red, green → write red or green")
    }

    /// Each value with one character more, less, or other at each place.
    @Test("what an error proposes is read")
    func proposals() {
        func check<Value: Quantity>(_ type: Value.Type, _ texts: String...) {
            for text in texts {
                for place in text.indices {
                    let (before, after) = (text[..<place], text[text.index(after: place)...])
                    for other in ["", " ", "0", "00", "7", "-", ".", ",", "_", "%", "K", "m", "sec"] {
                        checkProposal(type, before + other + after)
                        checkProposal(type, before + other + text[place...])
                    }
                }
            }
        }
        check(Span.self, "1h05m30s", "-20ms", "0.5s", "10")
        check(ByteCount.self, "1.5MB", "4kb")
        check(DataRate.self, "10Mbit/s", "1Gbps")
        check(Share.self, "19.9%", "0.5", "100 %")
        check(Rate.self, "1/m per user", "3/10s")
        check(Int.self, "1_000", "200K")
        check(Name.self, "One Host")
        check(Bool.self, "yes")
        check(Colour.self, "green")
    }

    private func checkProposal<Value: Quantity>(_ type: Value.Type, _ text: some StringProtocol) {
        let remedy: String?
        do throws(Misreading) {
            _ = try Value(reading: String(text))
            return
        } catch {
            remedy = error.remedy
        }
        guard let remedy else { return }
        let proposal: Substring
        if remedy.hasPrefix("did you mean '"), remedy.hasSuffix("'?") {
            proposal = remedy.dropFirst("did you mean '".count).dropLast(2)
        } else if remedy.hasPrefix("write "), !remedy.hasPrefix("write it like "), !remedy.contains(" or "),
            !remedy.contains(":")
        {
            proposal = remedy.dropFirst("write ".count)
        } else {
            return
        }
        #expect((try? Value(reading: String(proposal))) != nil, "\(text): \(remedy)")
    }

    enum Colour: String, Choice {
        case red
        case green
    }
}
