/// The numbers of rules that designs and promises cite, as in `S0-28`: explained once wherever some are shown.
package enum RuleIDs {
    package static let words =
        "S0-8 and the like number the rules of the document that the design was made from."

    package static func occur(in texts: [String]) -> Bool {
        texts.contains { $0.contains(/\b[A-Z][0-9]*-[0-9]+\b/) }
    }
}
