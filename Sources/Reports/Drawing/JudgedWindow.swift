import Results
import Vocabulary

/// When a threshold counts, as stretches of the run: where its limit is drawn, and nowhere else.
///
/// Its words say so, `delivery p99 < 10s during split`: the window of a judgement is for people.
package struct JudgedWindow {
    package let stretches: [Range<Instant>]

    package init(of judgement: Judgement, in result: RunResult) {
        let run = result.run
        let end = run.endOfSends
        let all = min(.start + run.warmup, end)..<end
        func named(_ name: String) -> [Range<Instant>] {
            let phases = result.phases.filter { $0.name == name }.map { $0.from..<max($0.from, $0.to) }
            let faults = result.faults.filter { $0.name == name }.map { fault in
                fault.from..<max(fault.from, fault.to ?? end)
            }
            return phases.isEmpty ? faults : phases
        }
        var stretches = [all]
        let words = judgement.text.split(separator: " ").map(String.init)
        for (word, name) in zip(words, words.dropFirst()) {
            let named = named(name)
            guard let first = named.first, let last = named.last else {
                // It never came.
                if word == "during" || word == "after" { stretches = [] }
                continue
            }
            switch word {
            case "during": stretches = named.map { $0.clamped(to: all) }
            case "before": stretches = [all.clamped(to: Instant.start..<first.lowerBound)]
            case "after": stretches = [all.clamped(to: last.upperBound..<max(last.upperBound, end))]
            case "except": stretches = stretches.flatMap { Self.cut(named, of: $0) }
            default: break
            }
        }
        self.stretches = stretches.filter { !$0.isEmpty }
    }

    private static func cut(_ holes: [Range<Instant>], of stretch: Range<Instant>) -> [Range<Instant>] {
        var (parts, from) = ([Range<Instant>](), stretch.lowerBound)
        for hole in holes where hole.overlaps(stretch) {
            if from < hole.lowerBound { parts.append(from..<hole.lowerBound) }
            from = max(from, hole.upperBound)
        }
        if from < stretch.upperBound { parts.append(from..<stretch.upperBound) }
        return parts
    }
}
