import Vocabulary

/// The file and those that it extends, laid over each other.
struct Files {
    /// Reads the bytes of a file that another one extends; the error says why it cannot.
    let contents: (String) throws(Misreading) -> [UInt8]

    /// Nil if there is a mistake in the writing of any of them.
    func root(_ bytes: [UInt8], from path: String, _ reading: inout Reading) -> Node? {
        root(bytes, from: path, below: [Self.normalized(path)], &reading)
    }

    /// Longer chains are legal with nobody in mind.
    private static let longestChain = 16

    private func root(_ bytes: [UInt8], from path: String, below: [String], _ reading: inout Reading) -> Node?
    {
        let text: String
        do throws(Encoding.DecodingFailure) {
            text = try Encoding.text(of: bytes)
        } catch {
            let place = SourceRange(
                source: reading.add(Source(name: path, text: error.text)), position: error.position,
                length: 1)
            reading.fail(place, error.problem.message, error.problem.remedy)
            return nil
        }
        let source = Source(name: path, text: text)
        let number = reading.add(source)
        let start = SourceRange(source: number, position: SourcePosition(line: 1, column: 1), length: 1)
        let node: Node?
        do throws(YAMLReader.SyntaxFailure) {
            node = try YAMLReader.read(source, number: number)
        } catch {
            if let place = source.oddSpace(near: error.place) {
                reading.fail(
                    place, "this looks like a space and is none: YAML reads it as a letter",
                    "type a plain space in its place")
            } else {
                reading.fail(error.place, error.problem.message, error.problem.remedy)
            }
            return nil
        }
        guard let node else {
            reading.fail(start, "this file is empty; a scenario begins with 'hubbub: 1'")
            return nil
        }
        guard var entries = node.entries else {
            reading.fail(node.place, "a scenario is a mapping, not \(node.kind); it begins with 'hubbub: 1'")
            return nil
        }
        guard let index = entries.firstIndex(where: { $0.name == "extends" }) else { return node }
        let base = entries.remove(at: index).value
        if number == 0 { reading.note(base.place, at: "extends") }
        var rest = node
        rest.content = .mapping(entries)
        guard let under = self.base(base, of: path, below: below, &reading) else { return nil }
        return under.overlaid(by: rest, Scenario.keys.map(\.description))
    }

    private func base(_ node: Node, of path: String, below: [String], _ reading: inout Reading) -> Node? {
        guard let name = node.text, !name.isEmpty else {
            reading.fail(
                node.place, "'extends' is the path of a file, not \(node.kind)", "write it like base.yaml")
            return nil
        }
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        let target = name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
        let normalized = Self.normalized(target)
        guard !below.contains(normalized) else {
            reading.fail(node.place, "this file extends itself, by way of \(quoted(name))")
            return nil
        }
        guard below.count < Self.longestChain else {
            reading.fail(node.place, "this is the \(Self.longestChain + 1)th file in a chain of 'extends'")
            return nil
        }
        do throws(Misreading) {
            return root(try contents(target), from: target, below: below + [normalized], &reading)
        } catch {
            reading.fail(node.place, "\(quoted(name)) cannot be read: \(error.message)", error.remedy)
            return nil
        }
    }

    /// Without `.` and `..`, so that one file has one path.
    static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}

extension Source {
    /// The first character that looks like a space and is none, in the line of a place or in the one before:
    /// what it spoils shows only behind it.
    fileprivate func oddSpace(near place: SourceRange) -> SourceRange? {
        for line in [place.position.line - 1, place.position.line] {
            guard
                let column = self.line(line).firstIndex(where: {
                    $0.unicodeScalars.contains(where: Encoding.isOddSpace)
                })
            else { continue }
            let offset = self.line(line)[..<column].count
            return SourceRange(
                source: place.source, position: SourcePosition(line: line, column: offset + 1), length: 1)
        }
        return nil
    }
}

extension Node {
    /// Mappings are merged key by key; lists and values are replaced, and so is what divides a whole: parts of two
    /// divisions add up to nothing. `keys` are those that may stand here, as far as they are known.
    fileprivate func overlaid(by upper: Node, _ keys: [KeyDescription]) -> Node {
        guard case .mapping(var entries) = content, case .mapping(let more) = upper.content else {
            return upper
        }
        for entry in more {
            guard let index = entries.firstIndex(where: { $0.name == entry.name }) else {
                entries.append(entry)
                continue
            }
            let shape = keys.first { $0.name == entry.name }?.shape
            let isWhole = shape?.dividesWhole ?? false
            let value =
                isWhole ? entry.value : entries[index].value.overlaid(by: entry.value, shape?.keys ?? [])
            entries[index] = Pair(key: entry.key, value: value)
        }
        var result = upper
        result.content = .mapping(entries)
        return result
    }
}
