/// A finding that travels: all that repeats it on any machine, in one file.
public struct CapsuleRecord: Record {
    /// What it shows, in a sentence.
    public var title = ""
    public var design = ""
    /// What gave way.
    public var oracle = ""
    public var causes: [String] = []
    public var scenario = ScenarioText()
    /// How it came out, and how it is to come out again.
    public var verdict = Verdict()
    public var digest = Digits(0)
    /// Of the program that made it, as `machine.json` has it; another one may come to another digest.
    public var version = ""
    public var build = ""
    /// The campaign that found it.
    public var command = ""

    public init() {}

    package static let fields: [Field<CapsuleRecord>] = [
        .init("title", \.title, "what it shows"),
        .init("design", \.design, "which design was run"),
        .init("oracle", \.oracle, "what gave way"),
        .init("causes", \.causes, "the kinds of its faults, with those whom they befell"),
        .init("scenario", \.scenario, "with seed and faults, ready to be run"),
        .init("verdict", \.verdict, "how it came out, and how it is to come out again"),
        .init("digest", \.digest, "of the run"),
        .init("hubbub", \.version, "the version that made it"),
        .init("build", \.build, "which program that was; another one may come to another digest"),
        .init("command", \.command, "the campaign that found it"),
    ]
}
