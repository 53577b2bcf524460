internal import Chat
internal import Experiments
import Vocabulary

extension Subcommand {
    static let designs = Subcommand(
        name: "designs",
        summary: "List the designs, or what there is to set of one",
        operand: Operand(
            placeholder: "NAME", limit: 1, stands: .design,
            help: "the design to describe: its components, their knobs with defaults, the rules they follow"),
        options: [.json],
        examples: [
            Example(line: "\(programName) designs", purpose: "all of them, a line each"),
            Example(line: "\(programName) designs single-server", purpose: "what can be set of one"),
            Example(line: "\(programName) designs --json", purpose: "all of it, for a program to read"),
        ],
        exitCodes: [.held, .usage, .outputFailed],
        run: runDesigns)

    private static func runDesigns(_ call: Call) throws(Failure) -> ExitCode {
        let chosen = try call.arguments.operands.first.map { name throws(Failure) in try call.design(name) }
        if call.arguments.has(.json) {
            let described = (chosen.map { [$0] } ?? call.around.designs).map(document)
            try call.output.write(
                JSON.object([("format", .string(Version.designsFormat)), ("designs", .array(described))])
                    .document)
        } else if let chosen {
            try call.print(page(of: chosen.sheet))
        } else {
            try call.print(table(call.sheets.map { [$0.name, $0.sentence] }))
        }
        return .held
    }

    private static func page(of sheet: DesignSheet) -> String {
        var text = "\(sheet.name)   \(wrapped(sheet.sentence, indent: sheet.name.count + 3))\n"
        for role in sheet.roles {
            text += "\n" + table([[role.name, role.sentence + cited(role.requirements)]])
            let range =
                "how many machines, \(grouped(role.range.lowerBound)) to \(grouped(role.range.upperBound))"
            text += table(
                [[role.countedAs, grouped(role.count), range]]
                    + Topology.keys(of: role).dropFirst().map { key in
                        [
                            key.name, key.usual ?? "",
                            key.sentence + values(of: key.shape) + (key.source.map { " (\($0))" } ?? ""),
                        ]
                    }, indent: 4)
        }
        func section(_ title: String, _ rows: [[String]]) {
            if !rows.isEmpty { text += "\n  \(title)\n" + table(rows, indent: 4) }
        }
        section(
            "metrics of its own",
            sheet.metrics.map { [$0.name, MetricList.statistics(of: $0.metric), $0.metric.sentence] })
        section(
            "acts of its own",
            sheet.acts.map { act in
                let example = Self.example(of: act.argument)
                return [example.isEmpty ? act.name : "\(act.name) \(example)", act.sentence]
            })
        section(
            "invariants",
            sheet.allPromises.map { [$0.name, $0.sentence + cited($0.requirements)] })
        return text
    }

    /// Which ones a key takes, where that is not any of its kind.
    private static func values(of shape: KeyDescription.Shape) -> String {
        guard case .value(let form) = shape else { return "" }
        if !form.words.isEmpty, form.scalar == .text, form.pattern == nil { return ", \(form.name)" }
        return form.range.map { ", \($0.text)" } ?? ""
    }

    /// One that the act takes.
    private static func example(of argument: ActSheet.Argument) -> String {
        if case .count(let range) = argument { return range.lowerBound.written }
        return argument.form.example
    }

    private static func cited(_ requirements: [String]) -> String {
        requirements.isEmpty ? "" : " (\(requirements.joined(separator: ", ")))"
    }

    private static func document(_ design: any Design.Type) -> JSON {
        let sheet = design.sheet
        let roles = sheet.roles.map { role in
            JSON.object([
                ("name", .string(role.name)), ("sentence", .string(role.sentence)),
                ("requirements", .array(role.requirements.map(JSON.string))),
                ("counted_as", .string(role.countedAs)), ("count", .integer(UInt64(role.count))),
                ("least", .integer(UInt64(role.range.lowerBound))),
                ("most", .integer(UInt64(role.range.upperBound))), ("parts_knob", JSON(role.partsKnob)),
                (
                    "knobs",
                    .array(
                        role.settings.knobs.map { knob in
                            .object([
                                ("name", .string(knob.name)), ("default", .string(knob.usual)),
                                ("kind", .string(knob.form.name)), ("sentence", .string(knob.sentence)),
                                ("source", JSON(knob.source)), ("least", JSON(knob.form.range?.least)),
                                ("most", JSON(knob.form.range?.most)),
                            ])
                        })
                ),
            ])
        }
        let invariants = sheet.allPromises.map(\.name)
        return .object([
            ("name", .string(sheet.name)), ("sentence", .string(sheet.sentence)),
            ("roles", .array(roles)),
            ("metrics", .array(sheet.metrics.map { .string($0.name) })),
            ("acts", .array(sheet.acts.map { .string($0.name) })),
            ("invariants", .array(invariants.map(JSON.string))),
            ("stages", .array(design.stageNames.map(JSON.string))),
        ])
    }
}

extension Call {
    func design(_ name: String) throws(Failure) -> any Design.Type {
        if let design = around.designs.first(where: { $0.sheet.name == name }) { return design }
        throw Failure.usage(
            "there is no design \(quoted(name))", nearest: nearest(to: name, among: sheets.map(\.name)),
            see: "\(programName) designs")
    }
}
