import Testing
import Vocabulary

@Suite("vocabulary: JSON")
struct JSONTests {
    @Test(
        "what is read and written again is the same",
        arguments: [
            "null", "true", "false", "0", "18446744073709551615", "-1.0", "0.5", "1e+20", "\"\"", "[]", "{}",
            #"{"a":[1,null,{"b":"c"}],"d":-2.25}"#, #""\"\\\n\t\u0007é🦉""#,
        ])
    func again(text: String) throws { #expect(try JSON(parsing: text).line == text) }

    @Test(
        "other ways to write the same",
        arguments: [
            (" [ 1 ,\r\n\t2 ] ", "[1,2]"), (#""\u00e9\/\ud83e\udd89\b""#, #""é/🦉\u0008""#), ("1E2", "100.0"),
            ("-0", "0"), ("18446744073709551616", "1.8446744073709552e+19"),
        ])
    func same(text: String, line: String) throws { #expect(try JSON(parsing: text).line == line) }

    @Test(
        "what is not JSON is told where and why",
        arguments: [
            ("", 1, 1, "the text ends where a value should be"),
            ("[1,\n 2", 2, 3, "expected ',' or ']'"),
            ("[1,]", 1, 4, "expected a value"),
            ("{\"a\" 1}", 1, 6, "expected ':' after the key"),
            ("{a: 1}", 1, 2, "expected a key in double quotes"),
            ("{\"a\":1,\n\"a\":2}", 2, 1, "a second 'a'"),
            ("{\"a\":1", 1, 7, "expected ',' or '}'"),
            ("01", 1, 1, "a number does not begin with 0"),
            ("1.", 1, 3, "expected a digit"),
            ("-", 1, 2, "expected a digit"),
            ("1e999", 1, 1, "a number beyond all that 64 bits can hold"),
            ("nul", 1, 1, "expected a value"),
            ("1 2", 1, 3, "the document ended before this"),
            ("\"é", 1, 3, "the text ends within a string"),
            ("\"a\nb\"", 1, 3, "a control character in a string has to be escaped"),
            (#""\x""#, 1, 2, "no such escape in a string"),
            (#""\u12g4""#, 1, 2, "expected four hexadecimal digits after \\u"),
            (#""\ud83e!""#, 1, 2, "half of a surrogate pair"),
            (#""\udd89""#, 1, 2, "half of a surrogate pair"),
        ])
    func errors(text: String, line: Int, column: Int, message: String) {
        let error = JSONError(position: SourcePosition(line: line, column: column), message: message)
        #expect(throws: error) { try JSON(parsing: text) }
    }

    @Test("64 values in each other, and no more")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try JSON(parsing: nested(64)).line == nested(64))
        #expect(throws: JSONError.self) { try JSON(parsing: nested(65)) }
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "[", count: 1_000_000)) }
    }

    @Test("every beginning of a document is refused, and nothing crashes")
    func beginnings() {
        let text = #"{"a":[1,-2.5e3,"\u00e9\"",true,null]}"#
        for length in 0..<text.utf8.count {
            #expect(throws: JSONError.self) {
                try JSON(parsing: String(decoding: text.utf8.prefix(length), as: UTF8.self))
            }
        }
    }

    @Test("a list of numbers is one line of a document, any other list a line for each")
    func document() {
        let json = JSON.object([
            ("numbers", .array([.integer(1), .null, .number(0.5)])),
            ("words", .array([.string("a"), .bool(true)])),
            ("nothing", .array([])),
        ])
        #expect(
            json.document == """
                {
                  "numbers": [1, null, 0.5],
                  "words": [
                    "a",
                    true
                  ],
                  "nothing": []
                }

                """)
    }

    @Test("text of others cannot act on what stands around it")
    func visibleText() {
        #expect(visible("é 🦉") == "é 🦉")
        #expect(visible("a\nb\u{1B}[1m\u{202E}\u{2066}\u{FEFF}") == #"a\nb\u{1B}[1m\u{202E}\u{2066}\u{FEFF}"#)
    }
}
