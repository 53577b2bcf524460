import Chat
import Cluster
import Experiments
import Testing
import Vocabulary

@Suite("designs: what is wrong with a sheet")
struct DesignChecksTests {
    /// Those of a lodge whose sheet is changed in one place.
    private func mistakes(_ change: (inout DesignSheet) -> Void) -> [String] {
        var sheet = Lodge.sheet
        change(&sheet)
        return DesignChecks.mistakes(in: sheet, stages: Lodge.stages)
    }

    private func mistakes(ofRole role: RoleSheet) -> [String] { mistakes { $0.roles.append(role) } }

    @Test("a sheet that is sound has none")
    func sound() { #expect(DesignChecks.mistakes(in: [Lodge.self]) == []) }

    @Test("names that no file can write")
    func names() {
        let rule = "is no name: names are lower-case letters, digits and dashes; write"
        #expect(
            mistakes(ofRole: RoleSheet("My Ghost.x", "")) == [
                "lodge: role: 'My Ghost.x' \(rule) my-ghost-x"
            ])
        #expect(
            mistakes { $0.metrics.append(.level("Bad Metric", of: Lodge.porter, "")) } == [
                "lodge: metric: 'Bad Metric' \(rule) bad-metric"
            ])
        #expect(
            mistakes { $0.acts.append(ActSheet("Frown", "", .nothing)) } == [
                "lodge: act: 'Frown' \(rule) frown"
            ])
        #expect(mistakes { $0.name = "Lodge" } == ["Lodge: the design: 'Lodge' \(rule) lodge"])
    }

    @Test("two things of one name, and names that every design has")
    func doubled() {
        #expect(mistakes(ofRole: Lodge.porter.sheet) == ["lodge: there are two roles 'porter'"])
        #expect(mistakes(ofRole: RoleSheet("client", "")) == ["lodge: there are two roles 'client'"])
        #expect(
            mistakes(ofRole: RoleSheet("zones", "")) == [
                "lodge: 'topology' has a key 'zones' already, so a role needs another name"
            ])
        #expect(mistakes { $0.metrics.append(Lodge.kept) } == ["lodge: there are two metrics 'porter.kept'"])
        #expect(
            mistakes { $0.acts.append(ActSheet("send", "", .nothing)) } == [
                "lodge: there are two acts 'send'"
            ])
        #expect(
            DesignChecks.mistakes(in: [Lodge.self, Lodge.self]) == ["lodge: two designs have this name"])
    }

    @Test("what belongs to a role that is not there")
    func strangers() {
        let ghost = RoleSheet("ghost", "")
        #expect(
            mistakes { $0.metrics.append(.level("howls", of: ghost, "")) } == [
                "lodge: metric 'ghost.howls' is of a role that the sheet does not list"
            ])
        #expect(
            DesignChecks.mistakes(
                in: Lodge.sheet, stages: [StageSheet("howl", of: Lodge.porter, waitsFor: [ghost])])
                == ["lodge: stage 'porter howl': the sheet does not list role 'ghost'"])
    }

    private struct Waiting: Settings {
        var wait = Span.seconds(5)
        static let knobs = [Knob("wait", \Self.wait, "how long", in: .seconds(10) ... .seconds(60))]
    }

    private struct Doubled: Settings {
        var (wait, patience) = (Span.seconds(5), Span.seconds(5))
        static let knobs = [Knob("wait", \Self.wait, "how long"), Knob("wait", \Self.patience, "how long")]
    }

    private struct Torn: Settings {
        var wait = Span.seconds(5)
        static let knobs = [Knob("wait", \Self.wait, "how long")]
        var conflict: Conflict? { Conflict("wait", "it goes with nothing") }
    }

    @Test("faults, counts and defaults of a role that no run could have")
    func roles() {
        #expect(
            mistakes(ofRole: RoleSheet("ghost", "", faults: ["flsh"])) == [
                "lodge: role 'ghost': there is no fault 'flsh' that parts could play; did you mean 'flush'?"
            ])
        #expect(
            mistakes(ofRole: RoleSheet("ghost", "", count: 5, in: 1...3)) == [
                "lodge: role 'ghost': count is 5 by default, and may be 1 to 3"
            ])
        #expect(
            mistakes(ofRole: RoleSheet("ghost", "", partsKnob: "parts")) == [
                "lodge: role 'ghost': its parts are counted by 'parts', and it has no such knob"
            ])
        let late = mistakes(ofRole: RoleSheet("ghost", "", settings: Waiting.self))
        #expect(late.count == 1)
        #expect(late.first?.hasPrefix("lodge: role 'ghost': the default of 'wait': ") == true, "\(late)")
        #expect(
            mistakes(ofRole: RoleSheet("ghost", "", settings: Doubled.self)) == [
                "lodge: role 'ghost': there are two keys 'wait'"
            ])
        #expect(
            mistakes(ofRole: RoleSheet("ghost", "", countedAs: "wait", settings: Torn.self)) == [
                "lodge: role 'ghost': there are two keys 'wait'"
            ])
        #expect(
            mistakes(ofRole: RoleSheet("ghost", "", settings: Torn.self)) == [
                "lodge: role 'ghost': by its defaults, wait: it goes with nothing"
            ])
    }
}
