import HubbubCommand
import Testing
import Vocabulary

@Suite("command line: numbers and near words")
struct TextTests {
    @Test(
        "thousands are apart",
        arguments: [
            (0, "0"), (999, "999"), (1_000, "1,000"), (-12_345, "-12,345"), (1_234_567, "1,234,567"),
            (.min, "-9,223,372,036,854,775,808"),
        ])
    func thousands(number: Int, text: String) {
        #expect(grouped(number) == text)
    }

    @Test(
        "so many decimals, rounded to the nearest",
        arguments: [
            (50.0, 1, "50.0"), (0.04, 1, "0.0"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.3"),
            (99.95, 1, "100.0"), (12_345.67, 1, "12,345.7"), (9.007, 2, "9.01"),
            (20_000_000.4, 0, "20,000,000"),
            (1e20, 1, "1e+20"), (.infinity, 1, "inf"),
        ] as [(Double, Int, String)])
    func decimals(number: Double, places: Int, text: String) {
        #expect(decimal(number, places: places) == text)
    }

    @Test(
        "four significant digits",
        arguments: [
            (0, "0"), (4, "4"), (4.00049, "4.000"), (-4.0006, "-4.001"), (40.126, "40.13"),
            (999.96, "1,000.0"),
            (12_345.6, "12,346"), (1e9, "1,000,000,000"), (0.5, "0.5000"), (0.03125, "0.03125"),
            (0.000_012_345_6, "0.00001235"), (1.5e-7, "1.5e-07"), (1e18, "1,000,000,000,000,000,000"),
            (1e20, "1e+20"), (.infinity, "inf"),
        ] as [(Double, String)])
    func significance(number: Double, text: String) {
        #expect(significant(number) == text)
    }

    @Test(
        "a hint for a slip, none for another word",
        arguments: [
            ("--jsn", "--json"), ("--josn", "--json"), ("--jsonn", "--json"), ("json", "--json"),
            ("--js", "--json"),
            ("--repaet", "--repeat"), ("--rpt", nil), ("-j", nil), ("", nil), ("--", nil),
            ("--plan", "--plain"),
            ("--liist", "--list"), ("--JSON", nil), ("--only-this-one", nil),
        ] as [(String, String?)])
    func near(word: String, hint: String?) {
        #expect(nearest(to: word, among: ["--only", "--repeat", "--plain", "--list", "--json"]) == hint)
    }

    @Test("the nearest wins, the first of equals")
    func ties() {
        #expect(nearest(to: "phold-9", among: ["phold-1", "phold-2"]) == "phold-1")
        #expect(nearest(to: "phold-22", among: ["phold-1", "phold-2"]) == "phold-2")
    }
}

@Suite("command line: words for a shell")
struct ShellWordTests {
    @Test(
        "a word that a shell would change is quoted",
        arguments: [
            ("--only=phold-1024x1", "--only=phold-1024x1"), ("", "''"), ("two words", "'two words'"),
            ("$HOME", "'$HOME'"),
            ("it's", "'it'\\''s'"),
        ])
    func quoted(word: String, typed: String) {
        #expect(shellWord(word) == typed)
    }
}
