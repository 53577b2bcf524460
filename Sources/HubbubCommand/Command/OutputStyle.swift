import Reports
import Vocabulary

/// How the answer looks: whether marks have colours, and whether there are marks at all.
struct OutputStyle {
    let isColored: Bool
    let isASCII: Bool

    init(_ call: Call) {
        func says(_ name: String) -> Bool { call.around.variable(name)?.isEmpty == false }
        /// 0 is how people take back what their shell sets.
        func forces(_ name: String) -> Bool { says(name) && call.around.variable(name) != "0" }
        isColored =
            switch call.arguments.choice(.color) {
            case "always": true
            case "never": false
            case _ where says("NO_COLOR"): false
            case _ where forces("CLICOLOR_FORCE") || forces("FORCE_COLOR"): true
            default: call.output.isTerminal && call.around.variable("TERM") != "dumb"
            }
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].first(where: says).flatMap(call.around.variable) ?? ""
        let letters = locale.lowercased()
        isASCII = call.arguments.has(.ascii) || !(letters.hasSuffix("utf-8") || letters.hasSuffix("utf8"))
    }
}

extension Call {
    /// Writes an answer for a person, in the letters that the terminal has. Documents for programs are UTF-8
    /// wherever they go.
    func print(_ text: String) throws(Failure) {
        try output.write(OutputStyle(self).isASCII ? asciiOnly(text) : text)
    }
}
