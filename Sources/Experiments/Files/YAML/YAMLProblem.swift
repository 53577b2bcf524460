import Vocabulary

/// What the parser says, in words about files and not about parsers.
enum YAMLProblem {
    static func translated(_ problem: String, at next: Unicode.Scalar?, in line: String) -> Misreading {
        switch problem {
        case _ where next == "\t":
            return Misreading("a tab cannot indent in YAML", remedy: "use spaces")
        case "found a tab character that violates indentation":
            return Misreading("a tab cannot indent in YAML", remedy: "use spaces")
        case "found character that cannot start any token":
            return Misreading(
                "a value cannot begin with \(quoted(next.map(String.init) ?? ""))", remedy: "put it in quotes"
            )
        case "mapping values are not allowed in this context":
            return Misreading(
                "there is a second ':' here, where only a value can be",
                remedy: line.contains("table {")
                    ? "put the table in quotes"
                    : "indent it as a mapping of its own, or put the value in quotes")
        case "did not find expected key":
            return Misreading(
                "this is neither a key of the mapping above nor its end", remedy: "check the indentation")
        case "did not find expected '-' indicator":
            return Misreading(
                "this is neither a '-' of the list above nor its end", remedy: "check the indentation")
        case "did not find expected ',' or '}'":
            return Misreading("a ',' or a '}' is missing before this")
        case "did not find expected ',' or ']'":
            return Misreading("a ',' or a ']' is missing before this")
        case "could not find expected ':'":
            return Misreading("a ':' is missing after the key before this")
        case "found unexpected end of stream":
            return Misreading("the file ends inside quotes")
        case "did not find expected node content":
            return Misreading("a value is missing before this")
        case "block sequence entries are not allowed in this context":
            return Misreading("a list cannot begin here", remedy: "begin it on a line of its own")
        case "did not find expected <document start>":
            return Misreading(
                "this stands outside of the mapping that the file is", remedy: "check the indentation")
        case "did not find expected alphabetic or numeric character":
            return Misreading("a value cannot begin with '*' or '&'", remedy: "put it in quotes")
        case "found unknown escape character":
            return Misreading("there is no such escape; in double quotes a backslash is written twice")
        default: return Misreading("this is not YAML: \(problem)")
        }
    }
}
