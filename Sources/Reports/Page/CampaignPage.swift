public import Results
import Vocabulary

/// A page that shows a search for faults: what gave way, each finding over its control run, and what was
/// tested. It looks and is made as the page of a run.
public struct CampaignPage {
    private let record: CampaignRecord

    public init(of record: CampaignRecord) { self.record = record }

    public var html: String {
        let findings = record.findings.enumerated().map { number, finding in
            section(
                "finding-\(number + 1)", Self.title(of: finding), FindingMarkup(finding, number + 1).markup)
        }
        let links =
            record.findings.enumerated().map { number, finding in
                "<a href=\"#finding-\(number + 1)\">\(Self.title(of: finding))</a>" as Markup
            } + ["<a href=\"#coverage\">Coverage</a>", "<a href=\"#search\">Search</a>"]
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
            script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"/>
            <title>\(Wording.verdict(record.verdict.word)) · chaos · \(record.run.name) · Hubbub</title>
            <style>
            \(Page.style)\(Self.style)</style>
            </head>
            <body>
            <a class="skip" href="#coverage">Skip to what was tested</a>
            \(banner)
            <nav aria-label="Sections"><div>\(links)<button id="reset" type="button" hidden="hidden">Whole run</button>\
            </div></nav>
            <main>
            \(findings)\(section("coverage", "What was tested", coverage))\
            \(section("search", "The search", search))</main>
            <footer>Made by Hubbub from a stored campaign; the same campaign gives the same page.</footer>
            <div id="tip" role="status" hidden="hidden"></div>
            <script>
            \(Page.script)</script>
            </body>
            </html>

            """
        return page.text
    }

    /// Several findings may be of one oracle; it is the faults that tell them apart.
    private static func title(of finding: FindingRecord) -> Markup {
        let causes = finding.faults.map { "\($0.kind) of \($0.target)" }.joined(separator: ", ")
        return causes.isEmpty ? "\(finding.oracle)" : "\(finding.oracle), by \(causes)"
    }

    private func section(_ id: Markup, _ title: Markup, _ content: Markup) -> Markup {
        """
        <section id="\(id)" aria-labelledby="\(id)-title">
        <h2 id="\(id)-title">\(title)</h2>
        \(content)
        </section>

        """
    }

    private var banner: Markup {
        let run = record.run
        let reasons = record.verdict.reasons.map { "<li>\($0)</li>" as Markup }
        let listed: Markup = reasons.isEmpty ? "" : "<ul class=\"reasons\">\(reasons)</ul>"
        let title = run.title.isEmpty ? run.name : run.title
        let envelope: Markup = record.beyond ? "beyond the envelope" : "inside the envelope"
        return """
            <header class="banner \(record.verdict.word.rawValue)">
            <div>
            <p class="verdict"><span aria-hidden="true">\(Wording.mark(record.verdict.word))</span> \
            \(Wording.verdict(record.verdict.word)) · \(grouped(record.runs)) runs with faults \(envelope)</p>
            <h1>\(title)</h1>
            \(listed)
            <p class="identity">\(run.name) · <b>\(run.design)</b> · seed <b>\(run.seed)</b> · digest \
            <code>\(digestText(run.digest.value))</code>\(run.isComplete ? "" : " · incomplete")</p>
            <p class="repeat"><code id="command">\(record.command)</code> \
            <button id="copy" type="button" hidden="hidden">Copy</button></p>
            </div>
            </header>
            """
    }

    // MARK: What was tested

    private var coverage: Markup {
        let rows = record.coverage.filter { $0.impossible == nil }.map { row in
            let judged = row.judged.map { "<td class=\"number\">\(count($0))</td>" as Markup }
            let merged = record.merged.first { $0.kind == row.kind && $0.role == row.role }
            let ever = merged.map { "\(grouped($0.met)) of \(grouped($0.runs))" } ?? "—"
            return """
                <tr class="\(row.met == 0 ? "inconclusive" : "held")"><th scope="row">\(row.kind)</th>\
                <td>\(row.role)</td><td class="number">\(grouped(row.hit))</td>\
                <td class="number">\(count(row.met))</td><td class="number">\(row.first.map { grouped($0) } ?? "—")</td>\
                \(judged)<td class="number">\(ever)</td></tr>

                """ as Markup
        }
        let heads = record.oracles.map { "<th scope=\"col\" class=\"number\">\($0)</th>" as Markup }
        let impossible = CampaignHoles(record.coverage).list.map { hole in
            "<tr><th scope=\"row\">\(hole.reason)</th><td>\(hole.words)</td></tr>\n" as Markup
        }
        let cells = record.coverage.filter { $0.impossible == nil }
        let met = cells.count { $0.met > 0 }
        return """
            <p class="lead">Of the runs in which a fault came, in how many it met work in that role. A fault that met nothing \
            has tested nothing: <b>\(grouped(met)) of \(grouped(cells.count)) cells have met work.</b></p>
            <div class="scroll">\(matrix(of: cells))</div>
            <details class="numbers"><summary>By what could have given way</summary>
            <div class="scroll"><table class="wide"><thead><tr><th scope="col">fault</th><th scope="col">role</th>\
            <th scope="col" class="number">came</th><th scope="col" class="number">met work</th>\
            <th scope="col" class="number">first in run</th>\(heads)\
            <th scope="col" class="number">ever met</th></tr></thead><tbody>
            \(rows)</tbody></table></div></details>
            <details class="numbers"><summary>What cannot be met, and why</summary><div class="scroll">\
            <table class="wide"><thead><tr><th scope="col">why</th><th scope="col">which faults, of whom</th>\
            </tr></thead><tbody>
            \(impossible)</tbody></table></div></details>
            """
    }

    /// Faults by roles.
    private func matrix(of cells: [CoverageRecord]) -> Markup {
        var (kinds, roles): ([String], [String]) = ([], [])
        for cell in cells {
            if !kinds.contains(cell.kind) { kinds.append(cell.kind) }
            if !roles.contains(cell.role) { roles.append(cell.role) }
        }
        let heads = roles.map { "<th scope=\"col\"><span>\($0)</span></th>" as Markup }
        let rows = kinds.map { kind in
            let row = roles.map { role -> Markup in
                guard let cell = cells.first(where: { $0.kind == kind && $0.role == role }) else {
                    return "<td></td>"
                }
                let shade: Markup = cell.met > 0 ? "met" : "idle"
                return "<td class=\"\(shade)\">\(grouped(cell.met))/\(grouped(cell.hit))</td>"
            }
            return "<tr><th scope=\"row\">\(kind)</th>\(row)</tr>\n" as Markup
        }
        return """
            <table class="matrix"><thead><tr><th scope="col">fault</th>\(heads)</tr></thead><tbody>
            \(rows)</tbody></table>
            """
    }

    private static let style: Markup = """

        .matrix{border-collapse:separate;border-spacing:2px;font-size:.8rem;width:auto}
        .matrix thead th{vertical-align:bottom;font-weight:400}
        .matrix thead span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap}
        .matrix tbody th{text-align:left;white-space:nowrap;font-weight:400}
        .matrix td{text-align:center;padding:.15rem .3rem;white-space:nowrap}
        .matrix .met{background:color-mix(in srgb,var(--good) 24%,transparent)}
        .matrix .idle{background:color-mix(in srgb,var(--unsure) 20%,transparent)}

        """

    private func count(_ number: UInt64) -> String { number == 0 ? "—" : grouped(number) }

    private var search: Markup {
        let control = record.control
        var lines: [Markup] = [
            """
            <li>Without faults: \(control.isHealthy ? "all held" : "not all held"), \
            \(grouped(control.deliveries)) deliveries, p99 \(control.p99.map { shortText($0) } ?? "∞"), digest \
            <code>\(digestText(control.digest.value))</code></li>
            """,
            "<li>\(grouped(record.runs)) runs, \(grouped(record.events)) events</li>",
        ]
        lines += record.others.map { other in
            """
            <li>\(other.oracle) gave way in \(grouped(other.runs.count)) more runs, which were not looked into: \
            \(other.runs.prefix(20).map { grouped($0) }.joined(separator: ", "))</li>
            """
        }
        if record.inconclusive > 0 {
            lines.append("<li>Nobody can tell how \(grouped(record.inconclusive)) runs came out.</li>")
        }
        lines += record.remarks.map { "<li>\($0)</li>" as Markup }
        return "<ul>\(lines)</ul>"
    }
}

/// One finding: its faults over the control run, who is to blame, and where the edges are.
private struct FindingMarkup {
    private let finding: FindingRecord
    private let number: Int
    /// What the charts of a run's page need of it.
    private let page: Page

    init(_ finding: FindingRecord, _ number: Int) {
        (self.finding, self.number) = (finding, number)
        var result = RunResult()
        (result.run.duration, result.run.warmup, result.run.drain) = (
            finding.duration, finding.warmup, finding.drain
        )
        (result.faults, result.latencies) = (finding.faults, finding.latencies)
        page = Page(of: result)
    }

    var markup: Markup {
        let chart: Markup =
            finding.latencies.contains { !$0.isControl }
            ? page.latencyChart(of: "delivery", number: number) : ""
        return """
            \(lead)
            \(page.tracks)\(chart)
            <div class="columns"><div class="stacked">\(blame)\(list("Where it begins to matter", finding.edges))\
            \(list("What matters, and what does not", finding.indifferent))</div><div class="stacked">\
            \(slow)\(shrinking)</div></div>
            <details class="numbers"><summary>The scenario, to be played with `\(programName) run`</summary>\
            <pre>\(lines: finding.scenario.text)</pre></details>
            """
    }

    private var lead: Markup {
        let evidence = finding.evidence.prefix(3).map { "<li>\($0)</li>" as Markup }
        let runs = finding.runs.prefix(12).map { grouped($0) }.joined(separator: ", ")
        let more = finding.runs.count > 12 ? " and \(finding.runs.count - 12) more" : ""
        return """
            <p class="lead">\(finding.isWrong ? "A promise was broken inside the envelope" : "It gave way") in \
            run \(runs)\(more).</p><ul>\(evidence)</ul>
            """
    }

    private var blame: Markup {
        let rows = zip(finding.faults, finding.blame.causes).map { fault, cause in
            """
            <tr><th scope="row">\(fault.name)</th><td>\(fault.kind) of \(fault.target)</td>\
            <td class="number">\(signed(cause))</td><td class="number">\(shortText(cause.alone))</td>\
            <td class="number">\(shortText(cause.without))</td>\
            <td>\(cause.isNecessary ? "necessary" : "not necessary")\
            \(cause.isSufficient ? ", enough alone" : "")</td></tr>

            """ as Markup
        }
        let interactions = finding.blame.interactions.map { "<li>\($0)</li>" as Markup }
        let together: Markup = interactions.isEmpty ? "" : "<ul>\(interactions)</ul>"
        return """
            <div class="card"><h3>Who is to blame</h3><p>\(Wording.excess(finding.blame)).</p>\
            <div class="scroll"><table class="wide"><thead><tr><th scope="col">fault</th><th scope="col">what</th>\
            <th scope="col" class="number">share</th><th scope="col" class="number">alone</th>\
            <th scope="col" class="number">without it</th><th scope="col">to give way</th></tr></thead><tbody>
            \(rows)</tbody></table></div>\(together)</div>
            """
    }

    private func signed(_ cause: BlameRecord.Cause) -> String {
        cause.relief > .zero ? "-" + shortText(cause.relief) : shortText(cause.share)
    }

    private func list(_ title: Markup, _ texts: [String]) -> Markup {
        guard !texts.isEmpty else { return "" }
        let items = texts.map { "<li>\($0)</li>" as Markup }
        return "<div class=\"card\"><h3>\(title)</h3><ul>\(items)</ul></div>"
    }

    private var slow: Markup {
        var items: Markup = ""
        if let parting = finding.parting { items += "<li>Parts from its control run at: \(parting)</li>" }
        if let waits = Wording.waits(finding.waits) { items += "<li>The slowest \(waits)</li>" }
        var way: Markup = ""
        if let slowest = finding.slowest {
            let steps = zip(slowest.path, slowest.path.dropFirst()).map { step, next in
                """
                <tr><th scope="row">\(next.stage)</th><td>\(next.place)</td>\
                <td class="number">\(clockText(next.time))</td>\
                <td class="number">\(shortText(next.time - step.time))</td></tr>

                """ as Markup
            }
            way = """
                <p>\(slowest.letter) to \(slowest.recipient), \
                \(slowest.taken.map { "shown after \(shortText($0))" } ?? "never shown"):</p>\
                <div class="scroll"><table class="wide"><thead><tr><th scope="col">stage</th><th scope="col">where</th>\
                <th scope="col" class="number">until</th><th scope="col" class="number">took</th></tr></thead><tbody>
                \(steps)</tbody></table></div>
                """
        }
        return "<div class=\"card\"><h3>What was slow</h3><ul>\(items)</ul>\(way)</div>"
    }

    private var shrinking: Markup {
        let rows = finding.shrinking.map { step in
            """
            <tr><th scope="row">\(step.what)</th><td class="number">\(step.before)</td>\
            <td class="number">\(step.after)</td><td class="number">\(grouped(step.tests))</td></tr>

            """ as Markup
        }
        return """
            <div class="card"><h3>How it became small</h3><div class="scroll"><table class="wide"><thead><tr>\
            <th scope="col">what</th><th scope="col" class="number">before</th>\
            <th scope="col" class="number">after</th><th scope="col" class="number">runs</th></tr></thead><tbody>
            \(rows)</tbody></table></div></div>
            """
    }
}
