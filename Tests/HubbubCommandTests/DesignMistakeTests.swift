import Chat
import Designs
import HubbubCommand
import Testing

@Suite("command line: mistakes of a design")
struct DesignMistakeTests {
    /// A server beside which a role stands that no part plays.
    private enum Haunted: Design {
        static let sheet = haunted("haunted", by: RoleSheet("ghost", "Is not there"))
        static let (stages, promises) = (SingleServer.stages, SingleServer.promises)
        static func build(on site: Chat.Site) -> (User) -> FrontDoor { SingleServer.build(on: site) }
    }

    /// One whose sheet says what cannot be.
    private enum Crowded: Design {
        static let sheet = haunted("crowded", by: RoleSheet("ghost", "Is not there", count: 5, in: 1...3))
        static let (stages, promises) = (SingleServer.stages, SingleServer.promises)
        static func build(on site: Chat.Site) -> (User) -> FrontDoor { SingleServer.build(on: site) }
    }

    private static func haunted(_ name: String, by ghost: RoleSheet) -> DesignSheet {
        var sheet = SingleServer.sheet.renamed(name)
        sheet.roles.append(ghost)
        return sheet
    }

    private func outcome(of command: String, _ design: any Design.Type, _ more: [String] = []) throws
        -> Hubbub
    {
        let folder = try Folder()
        let file = try folder.file(
            "a.yaml", quietPeople.replacing("design: single-server", with: "design: \(design.sheet.name)"))
        let (output, errors) = (Memo(), Memo())
        let code = run(
            [command, file] + more,
            in: Surroundings(
                designs: [design], benchmarks: [], output: Outlet(isTerminal: false) { output.append($0) },
                errors: Outlet(isTerminal: false) { errors.append($0) }))
        return Hubbub(out: output.text, err: errors.text, code: code)
    }

    @Test(
        "a role that no part plays is found before anything is played, and is not Hubbub's fault",
        arguments: ["validate", "explain", "run"])
    func noParts(command: String) throws {
        #expect(
            try outcome(of: command, Haunted.self)
                == Hubbub(
                    err: "hubbub: haunted: the sheet lists role 'ghost', and `build` adds no part to it\n",
                    code: .badDesign))
    }

    @Test("what a sheet says that cannot be is found likewise", arguments: ["validate", "explain", "run"])
    func sheet(command: String) throws {
        #expect(
            try outcome(of: command, Crowded.self)
                == Hubbub(
                    err: "hubbub: crowded: role 'ghost': count is 5 by default, and may be 1 to 3\n",
                    code: .badDesign))
    }
}
