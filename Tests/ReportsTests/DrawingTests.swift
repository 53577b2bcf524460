import Reports
import Results
import Testing
import Vocabulary

@Suite("reports: what is drawn over time")
struct DrawingTests {
    /// Slices of a second, in each of which `values` letters took 1, 2, 3… ms.
    private static func series(_ counts: [UInt64], _ value: (Int) -> UInt64?) -> LatencySeries {
        var series = LatencySeries()
        (series.metric, series.slice, series.counts) = ("delivery", .seconds(1), counts)
        let values = counts.enumerated().map { $1 == 0 ? nil : value($0) }
        (series.p50, series.p90, series.p99, series.p99_9) = (values, values, values, values)
        return series
    }

    private static func ranges(_ series: LatencySeries, _ thousandths: UInt64, cuts: [Int] = []) -> [Range<
        Int
    >] {
        JoinedSlices(of: series, thousandths: thousandths, never: [], cuts: cuts).groups.map(\.slices)
    }

    /// A p50 takes 20 letters, a p90 100, a p99 1,000: ten beyond it each.
    @Test("slices are joined until a percentile has ten letters beyond it")
    func joined() {
        let series = Self.series(Array(repeating: 50, count: 60)) { _ in 7_000_000 }
        #expect(Self.ranges(series, 500).count == 60)
        #expect(Self.ranges(series, 900) == stride(from: 0, to: 60, by: 2).map { $0..<$0 + 2 })
        #expect(Self.ranges(series, 990) == [0..<20, 20..<40, 40..<60])
        #expect(Self.ranges(series, 999).isEmpty)  // 3,000 letters, and it takes 10,000
    }

    /// Ten letters a second: what is left of a stretch goes to the group before it. Of 50 letters a p90 has five beyond it,
    /// and a p99 not one: it has no group there.
    @Test("no group reaches over the begin of a fault")
    func cuts() {
        let series = Self.series(Array(repeating: 10, count: 40)) { $0 < 25 ? 1_000_000 : 900_000_000 }
        #expect(Self.ranges(series, 900, cuts: [25]) == [0..<10, 10..<25, 25..<40])
        #expect(Self.ranges(series, 900, cuts: [5]) == [0..<5, 5..<15, 15..<25, 25..<40])
        #expect(Self.ranges(series, 990, cuts: [5]) == [5..<40])
        #expect(Self.ranges(series, 990, cuts: [15]) == [0..<15, 15..<40])
        #expect(Self.ranges(series, 990, cuts: [35]) == [0..<35])
    }

    /// Twenty slices of 50: in each the slowest five took 100 ms (its p99), half took 10, and nine of ten 20.
    /// Beyond 100 ms there is nothing, so the p99 of all 1,000 is 100 ms, and their p90 20 ms.
    @Test("what is joined has the percentile of all its letters, and not of its worst slice")
    func value() throws {
        var series = Self.series(Array(repeating: 50, count: 20)) { _ in 0 }
        series.p50 = series.p50.map { _ in 10_000_000 }
        series.p90 = series.p90.map { _ in 20_000_000 }
        (series.p99, series.p99_9) = (
            series.p99.map { _ in 100_000_000 }, series.p99.map { _ in 100_000_000 }
        )
        // In one slice everybody waited a second: 50 of 1,000 are more than one in a hundred.
        let usual = JoinedSlices(of: series, thousandths: 990, never: [], cuts: []).groups
        #expect(usual.map(\.slices) == [0..<20])
        let p99 = try #require(usual.first?.value)
        #expect((99_000_000...101_000_000).contains(p99), "\(p99)")
        (series.p50[3], series.p90[3], series.p99[3], series.p99_9[3]) = (
            1_000_000_000, 1_000_000_000, 1_000_000_000, 1_000_000_000
        )
        let slow = try #require(
            JoinedSlices(of: series, thousandths: 990, never: [], cuts: []).groups.first?.value)
        #expect((990_000_000...1_010_000_000).contains(slow), "\(slow)")
    }

    /// 800 letters in the minute of the fault: their summary has 14.44 s, and their slices would have 30.
    @Test("a step that holds the letters of a summary is as high as it says, on the page and in the terminal")
    func summarised() {
        var result = MadeUp.partition
        var series = Self.series((0..<120).map { 48..<60 ~= $0 ? $0 == 48 ? 85 : 65 : 1_000 }) {
            48..<60 ~= $0 ? 30_000_000_000 : 1_000_000_000
        }
        series.slice = .seconds(5)
        result.latencies = [series]
        result.summaries[1].count = 800
        result.summaries[1].p99 = .milliseconds(14_440)
        #expect(Page(of: result).html.contains("<td>14.44s by 1m</td>"))
        #expect(TerminalReport(of: result).text.contains("log scale, 1.00s to 14.44s\n"))
        // One letter more in the slices than in the summary: they are not the same.
        result.latencies[0].counts[48] += 1
        #expect(!Page(of: result).html.contains("14.44s by 1m"))
    }

    @Test("a percentile that falls on what never came is ∞, by the count of these where it is known")
    func never() {
        var series = Self.series(Array(repeating: 50, count: 20)) { _ in 10_000_000 }
        (series.p99[0], series.p99_9[0]) = (nil, nil)
        func p99(_ never: [UInt64]) -> UInt64? {
            JoinedSlices(of: series, thousandths: 990, never: never, cuts: []).groups.first?.value
        }
        // 10 of 1,000 may miss.
        #expect(p99([10] + Array(repeating: 0, count: 19)) != nil)
        #expect(p99([11] + Array(repeating: 0, count: 19)) == nil)
    }

    private static func stretches(_ text: String) -> [String] {
        var judgement = Judgement()
        judgement.text = text
        return JudgedWindow(of: judgement, in: MadeUp.partition).stretches
            .map { "\(clockText($0.lowerBound))–\(clockText($0.upperBound))" }
    }

    /// Ten minutes, the first not counted; the fault from 4 to 5, `rush` from 6 on.
    @Test("a limit is drawn where it counts, and nowhere else")
    func windows() {
        #expect(Self.stretches("delivery p99 < 10s") == ["1m–10m"])
        #expect(Self.stretches("delivery p99 < 10s during split") == ["4m–5m"])
        #expect(Self.stretches("delivery p99 < 10s before split") == ["1m–4m"])
        #expect(Self.stretches("delivery p99 < 10s after split") == ["5m–10m"])
        #expect(Self.stretches("delivery p99 < 10s except split") == ["1m–4m", "5m–10m"])
        #expect(Self.stretches("delivery p99 < 10s during rush") == ["6m–10m"])
    }

    @Test("letters that were never delivered do not arrive in a drawing")
    func undelivered() throws {
        var result = MadeUp.partition
        var delivery = Delivery()
        (delivery.letter, delivery.sender, delivery.recipient) = ("letter 1.0", "user 1", "user 2")
        delivery.path = [
            .init(.start, "tapped", at: "phone of user 1"),
            .init(.at(.seconds(9)), "way out", at: "phone of user 2"),
        ]
        result.slowest = [delivery]
        let html = Page(of: result).html
        let drawing = try #require(
            html.split(separator: "<svg class=\"spacetime\"").dropFirst().first?.split(separator: "</svg>")
                .first)
        #expect(!drawing.contains("class=\"hop\"") && !drawing.contains("phone of user 2"))
        #expect(drawing.contains("class=\"wait open s7\""))
    }

    @Test("what a fault hit is marked: a role, one of its machines, a zone, and what lies between two roles")
    func marks() {
        func html(_ target: String) -> String {
            var result = MadeUp.large
            result.faults = Array(result.faults.prefix(1))
            result.faults[0].target = target
            for (role, all) in result.topology.roles.enumerated() {
                for machine in all.machines.indices {
                    let zone = all.machines[machine].zone
                    result.topology.roles[role].machines[machine].zone = "home/\(zone)"
                }
            }
            return Page(of: result).html
        }
        func count(_ text: String, _ html: String) -> Int { html.ranges(of: text).count }
        let machine = html("gateway[3]")
        #expect(count("<g class=\"box broken\"", machine) == 1 && count("class=\"strike\"", machine) == 1)
        let role = html("gateway")
        #expect(count("<g class=\"box broken\"", role) == 1 && count("class=\"strike\"", role) == 12)
        let link = html("gateway and chat-host")
        #expect(count("<g class=\"edge broken\"", link) == 1 && count("<g class=\"box broken\"", link) == 0)
        #expect(count("class=\"cut\"", html("@home/us-1 and @home/eu-1")) > 0)
    }

    private static func html(_ target: String) -> String {
        var result = MadeUp.partition
        result.faults[0].target = target
        result.topology.roles[1].machines = [("a", "us"), ("b", "us"), ("c", "eu")].map { zone, region in
            var machine = Topology.Machine()
            (machine.name, machine.zone, machine.region) = ("server[\(zone)]", "home/\(zone)", region)
            return machine
        }
        return Page(of: result).html
    }

    @Test("a cut says what of two roles it parted, and which way")
    func parts() {
        let some = Self.html("client@eu and server")
        #expect(some.contains(">@eu</text>") && some.contains(" · broken: @eu</title>"))
        #expect(Self.html("client to server").contains(">to server only</text>"))
        #expect(!Self.html("client and server").contains("class=\"part\""))
    }

    /// Two zones of us, one of eu: what parts the regions parts two pairs of zones.
    @Test("a cut between zones is on the line between them, and on no other")
    func zones() {
        func map(_ target: String) -> String? {
            between("<svg class=\"zones\"", "</svg>", in: Self.html(target))
        }
        func cuts(_ target: String) -> Int? { map(target)?.ranges(of: "<g class=\"edge broken\">").count }
        #expect(cuts("@home/a and @home/b") == 1)
        #expect(cuts("@us and @eu") == 2)
        #expect(map("@home/a and @home/b")?.contains("home/a and home/b\"") == true)
        #expect(map("@home/b to @home/a")?.contains(">←✗</text>") == true)
        #expect(map("client and server") == nil)
    }

    /// 41 % over the run, and in its busiest slice all of it.
    @Test("a machine is as dark as its role was at its busiest, and says both")
    func busy() throws {
        var result = MadeUp.partition
        let place = try #require(
            result.gauges.firstIndex { $0.role == "server" && $0.metric == "utilisation" })
        result.gauges[place].values[50] = 1_000_000
        let dark = Page(of: result).html
        #expect(dark.contains(">busy 41%, at most 100%</text>"))
        #expect(dark.contains("<rect class=\"machine u4"))
        #expect(dark.contains("the darker, the busier its role at its busiest moment"))
        result.gauges[place].values = result.gauges[place].values.map { _ in 1_000 }
        result.topology.roles[1].machines[0].utilisation = 900
        let pale = Page(of: result).html
        #expect(pale.contains("all are pale, since none was ever busier than 0.1%"))
    }

    @Test("less than a thousandth busy needs no digits, for which a box has no room")
    func hardlyBusy() throws {
        var result = MadeUp.partition
        let place = try #require(
            result.gauges.firstIndex { $0.role == "server" && $0.metric == "utilisation" })
        func told(_ most: UInt64, _ mean: UInt64) -> String {
            result.gauges[place].values = result.gauges[place].values.map { _ in most }
            for machine in result.topology.roles[1].machines.indices {
                result.topology.roles[1].machines[machine].utilisation = mean
            }
            return Page(of: result).html
        }
        #expect(told(100, 60).contains(">busy &lt;0.1%</text>"))
        #expect(told(20_000, 60).contains(">busy &lt;0.1%, at most 2%</text>"))
        #expect(told(0, 0).contains(">busy 0%</text>"))
    }

    /// Ten minutes of sends and ten of drain, which would be half of the width: minute 4 is at four tenths of
    /// nine tenths. 0.9 of the width for 10 minutes against 0.1: nine times.
    @Test("a long drain takes a tenth of the width, and says that it is drawn narrower")
    func drain() {
        var result = MadeUp.partition
        (result.run.duration, result.run.drain) = (.minutes(10), .minutes(10))
        let long = Page(of: result).html
        #expect(long.contains("in which nobody sends; it is drawn 9.0 times narrower."))
        #expect(long.contains("<rect class=\"drain\" x=\"900\" y=\"0\" width=\"100\""))
        #expect(long.contains("data-x=\"360\" style=\"left:36%\">4m</span>"))
        #expect(long.contains("data-x=\"1000\" style=\"left:100%\">20m</span>"))
        // A fault that lasts into the drain is drawn to scale.
        result.faults[0].to = .at(.minutes(18))
        #expect(Page(of: result).html.contains("<rect class=\"drain\" x=\"500\""))
        // So is a drain that is short.
        result.faults[0].to = .at(.minutes(5))
        result.run.drain = .minutes(1)
        #expect(!Page(of: result).html.contains("times narrower"))
    }

    /// The stages of the table: "queue" is none of them. 100 s: 45 + 10 in one, 40 in the other, 2 and 3 in a third.
    @Test("a letter tells its long steps, in the colours of the stages, and in which it was longest")
    func steps() throws {
        var result = MadeUp.partition
        var delivery = Delivery()
        let (phone, server) = ("phone of user 1", "server[0]")
        delivery.taken = .seconds(100)
        func at(_ seconds: Int64) -> Instant { .at(.seconds(seconds)) }
        delivery.path = [
            .init(at(0), "tapped", at: phone), .init(at(45), "users → server", at: server),
            .init(at(85), "server work", at: server), .init(at(87), "queue", at: server),
            .init(at(97), "users → server", at: server), .init(at(100), "queue", at: server),
        ]
        result.slowest = [delivery]
        let html = Page(of: result).html
        let letter = try #require(between("<details class=\"letter\"", "<h3>", in: html + "<h3>"))
        // By their sums: "server work" is the second of the stages, "users → server" the third.
        #expect(letter.contains("<g class=\"hop s2\"") && letter.contains("<g class=\"wait s1\""))
        #expect(letter.contains("<g class=\"wait s7\""))
        #expect(letter.contains(">users → server 45.00s</text>"))
        #expect(letter.contains("· mostly users → server, 55.00s</summary>"))
        let list = try #require(between("<ul class=\"inline\">", "</ul>", in: letter))
        #expect(list.ranges(of: "<li>").count == 4, "2 of 100 s are too few")
        #expect(list.contains("<b>users → server</b> 45.00s (45%) · phone of user 1 → server[0]</li>"))
        result.slowest[0].path[4].stage = "queue"
        #expect(Page(of: result).html.contains("· longest in users → server, 45.00s</summary>"))
    }

    @Test(
        "small charts say what is the most in a slice; what never changes is a number, where a limit may lead to"
    )
    func gauges() throws {
        var result = MadeUp.partition
        let queue = try #require(result.gauges.firstIndex { $0.role == "server" && $0.metric == "queue" })
        let used = try #require(
            result.gauges.firstIndex { $0.role == "server" && $0.metric == "utilisation" })
        let all = try #require(result.gauges.firstIndex { $0.role.isEmpty })
        result.gauges[all].unit = .count
        result.gauges[queue].metric = "sync-queue.length"
        result.gauges[queue].values = result.gauges[queue].values.map { _ in 7 }
        result.gauges[used].values[9] = 1_000_000
        result.gauges[all].values[3] = 9_876
        let html = Page(of: result).html
        #expect(html.contains("<span id=\"load-chart-\(queue)\">sync-queue.length <b>7</b></span>"))
        #expect(html.contains("<output>max 9,876 in 5s</output>"))
        let chart = try #require(between("id=\"load-chart-\(used)\"", "</figure>", in: html))
        #expect(chart.contains("<output>max 100%</output>"))
        // The whole of a share is 900 of 1,000 high, above a foot of 20.
        #expect(chart.contains(" 80L"))
        // A slice without a value is none of these.
        result.gauges[queue].values[4] = nil
        let chartOfGaps = between("id=\"load-chart-\(queue)\"", "</figure>", in: Page(of: result).html)
        #expect(chartOfGaps?.contains("<figcaption>sync-<wbr/>queue.<wbr/>length ") == true)
    }
}
