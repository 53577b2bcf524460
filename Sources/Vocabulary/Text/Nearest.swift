/// The candidate that somebody who typed `word` most likely meant, if one is near enough; of several, the
/// first.
///
/// Near is one slip for every three letters of the candidate (at least one), or a word that the candidate
/// begins with. Further away a hint would be a guess, and would send the reader the wrong way.
package func nearest(to word: String, among candidates: [String]) -> String? {
    let typed = bare(word)
    let distances = candidates.map { candidate -> (candidate: String, distance: Int) in
        let target = bare(candidate)
        let isBeginning = typed.count >= 2 && target.starts(with: typed)
        return (candidate, isBeginning ? 1 : distance(typed, target, limit: max(1, target.count / 3)))
    }
    return distances.filter { $0.distance < .max }.min { $0.distance < $1.distance }?.candidate
}

/// The letters without the dashes in front, which would make all short options alike.
private func bare(_ word: String) -> [Character] { Array(word.drop { $0 == "-" }) }

/// How many letters were left out, added, replaced or swapped with their neighbour; `Int.max` beyond `limit`.
private func distance(_ a: [Character], _ b: [Character], limit: Int) -> Int {
    guard abs(a.count - b.count) <= limit else { return .max }
    // Each row holds the distances between the first `i` letters of `a` and the beginnings of `b`.
    var twoBefore: [Int] = []
    var before = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var least = min(before[j + 1] + 1, row[j] + 1, before[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                least = min(least, twoBefore[j - 1] + 1)
            }
            row.append(least)
        }
        (twoBefore, before) = (before, row)
    }
    return before[b.count] <= limit ? before[b.count] : .max
}
