import Foundation
import Reports
import Results
import Simulation
import Testing
import Vocabulary

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("reports: page")
struct PageTests {
    /// Well-formed, but for the script, the style and the doctype, which no reader of XML understands.
    private static func problem(in html: String) -> String? {
        var text = html
        for (start, end) in [("<script>", "</script>"), ("<style>", "</style>"), ("<!DOCTYPE", "html>")] {
            guard let content = between(start, end, in: text) else { return "no \(start)" }
            text = text.replacing(start + content + end, with: "")
        }
        let parser = XMLParser(data: Data(text.utf8))
        return parser.parse() ? nil : "line \(parser.lineNumber): \(String(describing: parser.parserError))"
    }

    @Test("is well-formed, with each id once, and each link and chart finds what it belongs to")
    func structure() throws {
        for result in [MadeUp.partition, MadeUp.compared, MadeUp.quiet, MadeUp.large, RunResult()] {
            let html = Page(of: result, machine: MadeUp.machine).html
            #expect(Self.problem(in: html) == nil)
            let ids = html.matches(of: /\ id="([^"]+)"/).map { String($0.1) }
            #expect(ids.count == Set(ids).count)
            for link in html.matches(of: /href="#([^"]+)"/) { #expect(ids.contains(String(link.1))) }
            for table in html.matches(of: /data-table="([^"]+)"/) { #expect(ids.contains(String(table.1))) }
        }
    }

    @Test("has all its parts, and each chart its table")
    func parts() {
        let html = Page(of: MadeUp.partition, machine: MadeUp.machine).html
        let parts = [
            "story", "latency", "why", "system", "thresholds", "spectrum", "time", "load", "faults",
            "invariants", "cost", "scenario",
        ]
        for part in parts { #expect(html.contains("<section id=\"\(part)\"")) }
        // Latency, percentiles, the heat map, two measures of the whole and six of each of two roles.
        #expect(html.matches(of: /class="plot"/).count == 1 + 1 + 1 + 2 + 2 * 6)
        #expect(html.contains("<mark>seed: 42</mark>"))
        #expect(html.contains("∞ (0.13% undelivered)"))  // 20 of 15,000
        #expect(html.contains("23.40s · 1.9 GB of memory"))
    }

    /// 200 of 1,000 never came. The usual rows of a distribution are at 20 and at 30 %, and above 75 at 77.5.
    @Test(
        "percentiles of a window are those that summaries and thresholds have, and not those of the next row")
    func exactPercentiles() {
        let histogram = FineHistogram()
        for letter in 1...800 as ClosedRange<UInt64> { histogram.record(letter * letter * 100_000) }
        let spectrum = Spectrum(metric: "delivery", window: "all", of: histogram, undelivered: 200)
        #expect(spectrum.count == 1_000)
        for millionths in [0, 250_000, 500_000, 750_000, 900_000, 990_000, 999_000] as [UInt32] {
            let percentile = Percentile(partsPerMillion: millionths)
            let exact = histogram.value(at: percentile, outOf: 1_000)
            #expect(
                spectrum.value(at: UInt64(millionths) * 1_000_000)
                    == exact.map { .time(.nanoseconds(Int64($0))) } ?? .never(undelivered: 200, of: 1_000))
        }
        var result = MadeUp.quiet
        result.spectra = [spectrum]
        let html = Page(of: result).html
        // 250² · 0.1 ms is 6.25 s, and 300², of the next row, 9 s.
        #expect(html.contains("<th scope=\"row\">p25</th><td>6.25s</td>"))
        #expect(html.contains("<th scope=\"row\">p90</th><td>∞</td>"))
        #expect(html.contains("<th scope=\"row\">p99</th><td>∞</td>"))
    }

    @Test("a percentile that no row has is a dash, and not the one of the next row")
    func missingPercentiles() {
        var spectrum = Spectrum()
        (spectrum.metric, spectrum.window, spectrum.count) = ("delivery", "all", 100)
        spectrum.values = [5_000_000_000, 9_000_000_000]
        spectrum.levels = [500_000_000_000, 1_000_000_000_000]
        spectrum.reached = [50, 100]
        var result = MadeUp.quiet
        result.spectra = [spectrum]
        let html = Page(of: result).html
        #expect(html.contains("<th scope=\"row\">p50</th><td>5.00s</td>"))
        #expect(html.contains("<th scope=\"row\">p75</th><td>—</td>"))
    }

    /// 7,050 of 7,320 are 96.3 %.
    @Test(
        "says what the faults alone did, where there is a control run, and how to get one where there is none"
    )
    func control() {
        let html = Page(of: MadeUp.compared).html
        #expect(html.contains("<td class=\"number\">28.30s</td><td class=\"number\">61.00s</td>"))
        #expect(html.contains("7,050 (96.3%)</td><td class=\"number\">20</td>"))
        #expect(html.contains("later by 28.30s in the mean than without it"))
        #expect(html.contains("class=\"line control\""))
        let alone = Page(of: MadeUp.partition).html
        #expect(alone.contains("is in a page of <code>run --control</code>"))
        #expect(!alone.contains("class=\"line control\""))
    }

    @Test("each chart over time says when the faults were: in words, shaded, and over the heat map as lines")
    func faults() {
        let html = Page(of: MadeUp.partition).html
        let charts = html.matches(of: /<div class="plot"[^>]*data-axis="time"[^>]*>.*?<\/svg>/)
        #expect(charts.count == 1 + 1 + 2 + 2 * 6)
        for chart in charts {
            #expect(chart.output.contains("; faults: split 4m–5m"))
            #expect(chart.output.contains("<rect class=\"fault\""))
        }
        // 4 and 5 of ten minutes, which take 900 thousandths.
        #expect(html.contains("<path class=\"edges\" d=\"M360 0V1000M450 0V1000\"/>"))
    }

    @Test("under its title a run says how many played for how long, and what the command changed of the file")
    func played() {
        let html = Page(of: MadeUp.partition).html
        #expect(
            html.contains(
                "<p class=\"played\">Played: 1,000 people; 10m of sends, the first 1m not counted; 2m of drain</p>"
            ))
        var changed = MadeUp.partition
        changed.origin?.command =
            "hubbub run a.yaml --seed 7 --set users.count=2000 --set 'load.usual.size=uniform 1KB..8KB' --set 'a='\\''b'"
        #expect(
            Page(of: changed).html.contains(
                "<b>Changed for this run</b> (the title is the file&#39;s): <code>users.count=2000</code>, "
                    + "<code>load.usual.size=uniform 1KB..8KB</code>, <code>a=&#39;b</code></p>"))
    }

    @Test(
        "a run without faults that failed says that none was injected, who was full, and where the cause is told"
    )
    func without() {
        var result = MadeUp.partition
        result.faults = []
        result.gauges = result.gauges.filter { $0.role == "server" }
        let place = result.gauges.firstIndex { $0.metric == "utilisation" } ?? 0
        result.gauges[place].values = result.gauges[place].values.map { _ in 949_999 }
        #expect(
            Page(of: result).html.contains(
                "<p>No fault was injected. What changed was the load. <a href=\"#why\">"))
        result.gauges[place].values[50] = 950_000
        #expect(
            Page(of: result).html.contains(
                "No core of server was free at the busiest. <a href=\"#why\">Why</a>"))
        result.summaries[0].undelivered = result.summaries[0].count
        #expect(Page(of: result).html.contains("Nothing was delivered. No core"))
        #expect(!Page(of: MadeUp.quiet).html.contains("says where the cause lies"))
    }

    @Test("promises that were not tested, or not made, are told apart from those that held, with the reason")
    func promises() {
        var result = MadeUp.partition
        #expect(Page(of: result).html.contains("<li>Promises: 3 held</li>"))
        result.invariants[0].state = .notTested
        result.invariants[1].state = .notPromised
        let html = Page(of: result).html
        #expect(html.contains("<li>Thresholds: 3 held, 1 failed, 1 cannot be told</li>"))
        #expect(
            html.contains(
                "<li>Promises: 1 held; 1 not tested (nothing happened that could have broken it): shown-once; "
                    + "1 not promised by this design: nothing-lost</li>"))
    }

    @Test("a figure that says the same as another one is told once, and one that nobody asked for says so")
    func cards() {
        var result = MadeUp.partition
        result.thresholds = []
        var service = Figure()
        (service.metric, service.value) = ("availability.service", result.figures[0].value)
        result.figures.insert(service, at: 1)
        func story(_ result: RunResult) -> String? {
            between("<dl class=\"tiles\">", "</dl>", in: Page(of: result).html)
        }
        #expect(story(result)?.contains("service") == false)
        #expect(story(result)?.contains("<dd>99.994%<small>no threshold</small></dd>") == true)
        #expect(story(result)?.contains("of 149,903 due, warm-up excluded; no threshold") == true)
        result.figures[1].value = .share(part: 1, whole: 2)
        #expect(story(result)?.contains("<dt>availability.<wbr/>service</dt>") == true)
    }

    @Test(
        "cost says that the warm-up is in, and stages like what is judged that it is not; averages point at peaks"
    )
    func counts() throws {
        var result = MadeUp.partition
        result.cost.deliveries = 166_600
        result.stages[0].count = 449_709
        result.gauges = result.gauges.filter { $0.role == "server" }
        let place = try #require(result.gauges.firstIndex { $0.metric == "utilisation" })
        result.gauges[place].values = result.gauges[place].values.map { _ in 500_000 }
        let usual = Page(of: result).html
        #expect(
            usual.contains(
                "warm-up and drain included: 166,600 deliveries. What is judged leaves the warm-up out: "
                    + "delivery counts 149,903 that were due."))
        #expect(usual.contains("Over all deliveries, warm-up excluded. A passage"))
        // 449,709 of 149,903 are three each.
        #expect(usual.contains("<td class=\"number\">449,709</td><td class=\"number\">3.0</td>"))
        #expect(usual.contains("<p class=\"lead\">Machines are counted by the average over the run.</p>"))
        result.gauges[place].values[7] = 1_000_000
        #expect(Page(of: result).html.contains("peak, at which no core of server was free.</p>"))
        result.run.warmup = .zero
        #expect(!Page(of: result).html.contains("leaves the warm-up out"))
    }

    @Test("what goes between zones is told where there are zones to go between")
    func acrossZones() {
        var result = MadeUp.partition
        result.topology.edges[0].bytesAcross = 1_000
        #expect(!Page(of: result).html.contains("between zones"))
        var other = result.topology.roles[1].machines[0]
        other.zone = "us-1"
        result.topology.roles[1].machines.append(other)
        let html = Page(of: result).html
        #expect(html.contains("of it, between zones") && html.contains("of it between zones"))
        #expect(html.contains("<th scope=\"col\" class=\"number\">between zones</th>"))
    }

    @Test("stages of one role are also told together")
    func components() {
        var result = MadeUp.partition
        for (index, name) in ["server", "server", "network", "network"].enumerated() {
            result.stages[index].component = name
        }
        // 62 + 11 of 90 s, 4.8 + 0.09 of 5.91 s.
        let html = Page(of: result).html
        #expect(html.contains("<li><b>server</b> 81% (83% among the slowest)</li>"))
    }

    @Test("what is to be typed stands out in a hint")
    func hints() {
        let html = Page(of: MadeUp.partition).html
        #expect(html.contains("finds the healed link sooner: <code>--set user.retry=1s</code></li>"))
    }

    @Test("names nothing outside of itself")
    func offline() {
        let html = Page(of: MadeUp.large).html
        #expect(
            !html.contains("http:") && !html.contains("https:") && !html.contains("url(")
                && !html.contains("@import"))
        #expect(html.contains("default-src 'none'"))
    }

    @Test("a large result makes a page of less than 2 MB")
    func size() {
        let bytes = Page(of: MadeUp.large).html.utf8.count
        #expect(bytes < 2_000_000, "\(bytes)")
    }

    @Test(
        "text that a user chose is text, whatever it holds",
        arguments: [
            "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
            "' onmouseover='alert(1)", "]]>",
            "<!--", "&lt;b&gt;", "\u{202E}evil\u{2066}", "a\u{0}b\u{1B}[31m",
            "</style><style>*{display:none}",
        ])
    func hostile(text: String) {
        let html = Page(of: MadeUp.hostile(text)).html
        #expect(Self.problem(in: html) == nil)
        // As many elements of each kind as with a harmless name.
        let harmless = Page(of: MadeUp.hostile("x")).html
        for tag in ["<script", "<img", "<style", "<b>", "<!--"] {
            #expect(html.ranges(of: tag).count == harmless.ranges(of: tag).count, "\(tag)")
        }
        #expect(!html.unicodeScalars.contains { ["\u{202E}", "\u{2066}", "\u{0}", "\u{1B}"].contains($0) })
    }

    @Test("the same result gives the same page")
    func same() { #expect(Page(of: MadeUp.large).html == Page(of: MadeUp.large).html) }
}
