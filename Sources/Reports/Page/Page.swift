public import Results
import Vocabulary

/// One page that shows a result: a file that needs no network, no framework and, but for the cursor, no
/// script.
///
/// It is read from top to bottom: did it hold, what broke, when, what did that do to whom, why, what to try, who
/// talks to whom; then the evidence. Charts are drawn here; behind each stands a table with its numbers,
/// for screen readers and for the cursor alike. User text cannot become markup: see `Markup`.
public struct Page {
    let result: RunResult
    let machine: MachineRecord?
    /// All seeds that were played, where it is a page of several: the result is the one that came out worst.
    let seeds: [SeedRun]
    let timeline: Timeline

    /// `machine` says on what it ran, where that is known.
    public init(of result: RunResult, machine: MachineRecord? = nil, seeds: [SeedRun] = []) {
        self.result = result
        self.machine = machine
        self.seeds = seeds
        timeline = Timeline(of: result)
    }

    /// The whole file.
    public var html: String {
        // What a link in the bar says, and the heading itself.
        var sections: [(id: String, link: String, title: String, content: Markup)] = [
            ("story", "Summary", "What happened", story),
            ("latency", "Latency", "Latency over time", latency),
            (
                "why", "Why", result.verdict.word == .passed ? "What to know" : "Why, and what to try",
                reasonsWhy
            ),
            ("system", "System", "The system, and who talks to whom", system),
            ("thresholds", "Thresholds", "Thresholds", thresholds),
            ("spectrum", "Percentiles", "All percentiles", spectrum),
            ("time", "Time", "Where the time went", whereTheTimeWent),
            ("load", "Load", "Load and state", load),
            ("faults", "Faults", "Faults and health", faults),
            ("invariants", "Promises", "What the design promises", invariants),
            ("cost", "Cost", "Cost", cost),
            ("scenario", "Scenario", "Scenario, words, machine", scenario),
        ]
        if !seeds.isEmpty { sections.insert(("seeds", "Seeds", "All seeds", ofSeeds), at: 1) }
        return Self.document(
            title: "\(headline) · \(result.run.name)", banner: banner,
            sections: sections,
            footer: "Made by Hubbub from a stored result; the same result gives the same page."
        ).text
    }

    /// A file of sections below a banner, with a bar of links to them.
    static func document(
        title: String, banner: Markup, sections: [(id: String, link: String, title: String, content: Markup)],
        footer: String
    ) -> Markup {
        let links = sections.map { "<a href=\"#\($0.id)\">\($0.link)</a>" as Markup }
        let bodies = sections.map { section in
            """
            <section id="\(section.id)" aria-labelledby="\(section.id)-title">
            <h2 id="\(section.id)-title">\(section.title)</h2>
            \(section.content)
            </section>

            """ as Markup
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
            script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"/>
            <title>\(title) · Hubbub</title>
            <style>
            \(Self.style)</style>
            </head>
            <body>
            <a class="skip" href="#\(sections.first?.id ?? "")">Skip to what happened</a>
            \(banner)
            <nav aria-label="Sections"><div>\(links)<button id="reset" type="button" hidden="hidden">Whole run</button>\
            </div></nav>
            <main>
            \(bodies)</main>
            <footer>\(footer)</footer>
            <div id="tip" role="status" hidden="hidden"></div>
            <script>
            \(Self.script)</script>
            </body>
            </html>

            """
    }
}
