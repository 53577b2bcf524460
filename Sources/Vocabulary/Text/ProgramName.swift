/// By which name the program was called: what people are told to type begins with it, since a program with another design
/// is another program. It is set once, before all else; no run knows it.
nonisolated(unsafe) public var programName = "hubbub"
