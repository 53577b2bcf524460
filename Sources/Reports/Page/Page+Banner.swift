import Results
import Vocabulary

// What stands above all: the verdict, the title with what was played under it, and what repeats it.
extension Page {
    var headline: String { seeds.isEmpty ? Wording.headline(result.verdict) : seedsHeadline }

    var banner: Markup {
        let run = result.run
        let said = result.verdict.reasons + result.verdict.notes
        let ofOne: Markup =
            seeds.isEmpty || said.isEmpty ? "" : "<p class=\"of-one\">Seed \(run.seed), shown below:</p>"
        let reasons = said.map { "<li>\($0)</li>" as Markup }
        let listed: Markup = reasons.isEmpty ? "" : "\(ofOne)<ul class=\"reasons\">\(reasons)</ul>"
        let title = run.title.isEmpty ? run.name : run.title
        let one: Markup = seeds.isEmpty ? "" : " repeats seed \(run.seed) alone"
        return """
            <header class="banner \(result.verdict.word.rawValue)">
            <div>
            <p class="verdict"><span aria-hidden="true">\(Wording.mark(result.verdict.word))</span> \
            \(headline)</p>
            <h1>\(title)</h1>
            <p class="played">\(played)</p>
            \(listed)
            <p class="identity">\(run.name) · <b>\(run.design)</b> · seed <b>\(run.seed)</b> · digest \
            <code>\(digestText(run.digest.value))</code>\(run.isComplete ? "" : " · incomplete")</p>
            <p class="repeat"><code id="command">\(result.command)</code>\(one) \
            <button id="copy" type="button" hidden="hidden">Copy</button></p>
            </div>
            </header>
            """
    }

    /// A title is a sentence of the file, and stays when the command changes what is played.
    private var played: Markup {
        let run = result.run
        var parts = result.topology.roles.filter(\.machines.isEmpty).prefix(1).map { people in
            "\(grouped(people.count)) \(people.count == 1 ? "person" : "people")"
        }
        parts.append(
            "\(clockText(run.duration)) of sends"
                + (run.warmup > .zero ? ", the first \(clockText(run.warmup)) not counted" : ""))
        if run.drain > .zero { parts.append("\(clockText(run.drain)) of drain") }
        if let ended = run.ended { parts.append("ended at \(clockText(ended))") }
        let settings = Self.settings(in: result.command).map { "<code>\($0)</code>" as Markup }
        guard let first = settings.first else { return "Played: \(parts.joined(separator: "; "))" }
        let all = settings.dropFirst().reduce(first) { $0 + ", " + $1 }
        let whose = run.title.isEmpty ? "" : " (the title is the file's)"
        return "Played: \(parts.joined(separator: "; ")). <b>Changed for this run</b>\(whose): \(all)"
    }

    /// What a command sets, `users.count=2000`, as it was before the shell's quotes.
    static func settings(in command: String) -> [String] {
        var words = [""]
        var isQuoted = false
        var isEscaped = false
        for character in command {
            switch character {
            case _ where isEscaped:
                words[words.count - 1].append(character)
                isEscaped = false
            case "'": isQuoted.toggle()
            case "\\" where !isQuoted: isEscaped = true
            case " " where !isQuoted: words.append("")
            default: words[words.count - 1].append(character)
            }
        }
        return zip(words, words.dropFirst()).filter { $0.0 == "--set" }.map(\.1)
    }
}
