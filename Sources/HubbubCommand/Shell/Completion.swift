internal import Experiments
import Vocabulary

extension Subcommand {
    static let completion = Subcommand(
        name: "completion",
        summary: "Print what makes a shell complete commands, options, designs, files and keys",
        operand: Operand(placeholder: "SHELL", limit: 1, help: "bash, zsh or fish"),
        options: [.json],
        examples: [
            Example(
                line: "hubbub completion bash", purpose: "for ~/.bashrc: source <(hubbub completion bash)"),
            Example(line: "hubbub completion zsh", purpose: "for a file _hubbub in a folder of $fpath"),
            Example(
                line: "hubbub completion fish", purpose: "for ~/.config/fish/completions/hubbub.fish"),
        ],
        exitCodes: [.held, .usage, .outputFailed],
        run: runCompletion)

    private static func runCompletion(_ call: Call) throws(Failure) -> ExitCode {
        guard let shell = call.arguments.operands.first else { throw call.missing("SHELL", of: "completion") }
        let completion = Completion(call)
        let script: String
        switch shell {
        case "bash": script = completion.bash
        case "zsh": script = completion.zsh
        case "fish": script = completion.fish
        default:
            let shells = ["bash", "zsh", "fish"]
            throw Failure.usage(
                "unknown shell \(quoted(shell))", nearest: nearest(to: shell, among: shells),
                see: "\(programName) help completion")
        }
        try call.output.write(
            call.arguments.has(.json)
                ? JSON.object([
                    ("format", .string(Version.completionFormat)), ("shell", .string(shell)),
                    ("script", .string(script)),
                ]).document : script)
        return .held
    }
}

/// The command table in the languages of three shells.
///
/// Scripts hold all words themselves: pressing a key starts no process.
struct Completion {
    private let words: (ArgumentKind) -> [String]

    init(_ call: Call) {
        let (designs, keys) = (call.sheets.map(\.name), Self.keys(call))
        words = { word in
            switch word {
            case .anything, .scenarioFile, .folder, .file: []
            case .design: designs
            case .command: Subcommand.all.map(\.name)
            case .key: keys
            case .page: ManPage.all.map(\.name)
            }
        }
    }

    /// Up to where a file chooses names of its own, `faults.`; whole keys with their `=`.
    private static func keys(_ call: Call) -> [String] {
        var keys: [String] = []
        for path in call.sheets.flatMap(ScenarioFormat.paths) {
            let known = path.split(separator: ".").prefix { $0 != "NAME" && $0 != "KEY" }.joined(
                separator: ".")
            let key = known == path ? "\(path)=" : "\(known)."
            if !keys.contains(key) { keys.append(key) }
        }
        return keys
    }

    private static let scenarioEndings = ["yaml", "yml"]

    private func words(of option: Option) -> [String] {
        if case .choice(let words) = option.value { words } else { words(option.stands) }
    }

    private func words(of operand: Operand?) -> [String] {
        guard let operand else { return [] }
        return operand.placeholder == "SHELL" ? ["bash", "zsh", "fish"] : words(operand.stands)
    }

    private func options(of command: Subcommand) -> [Option] { command.options + Option.everywhere }

    // MARK: bash

    var bash: String {
        let commands = Subcommand.all.map { command in
            let names = options(of: command).flatMap { [$0.name] + ($0.short.map { [$0] } ?? []) }
            let values = options(of: command).filter(\.takesNextWord).map { option in
                "            \(option.name)) \(bashReply(option.stands, words(of: option))); return ;;\n"
            }.joined()
            return """
                    \(command.name))
                        case $before in
                \(values)            esac
                        case $word in
                            -*) COMPREPLY=($(compgen -W '\(names.joined(separator: " "))' -- "$word")) ;;
                            *) \(bashReply(command.operand?.stands ?? .anything, words(of: command.operand))) ;;
                        esac ;;

                """
        }.joined()
        return """
            # Completion of hubbub for bash: source <(hubbub completion bash)
            _hubbub() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
                COMPREPLY=()
                if [ "$COMP_CWORD" -eq 1 ]; then
                    COMPREPLY=($(compgen -W '\(Subcommand.all.map(\.name).joined(separator: " "))' -- "$word"))
                    return
                fi
                case $command in
            \(commands)    esac
            }
            complete -o nospace -F _hubbub hubbub

            """
    }

    private func bashReply(_ stands: ArgumentKind, _ words: [String]) -> String {
        switch stands {
        case .scenarioFile:
            #"COMPREPLY=($(compgen -f -X '!*.y*ml' -- "$word") $(compgen -d -S / -- "$word"))"#
        case .folder: #"COMPREPLY=($(compgen -d -S / -- "$word"))"#
        case .file: #"COMPREPLY=($(compgen -f -- "$word"))"#
        case _ where words.isEmpty: ":"
        default: "COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$word\"))"
        }
    }

    // MARK: zsh

    var zsh: String {
        let commands = Subcommand.all.map { command in
            let specs = options(of: command).map(zshSpec) + (command.operand.map { [zshOperand($0)] } ?? [])
            return
                "        \(command.name)) _arguments -s \(specs.joined(separator: " \\\n            ")) ;;\n"
        }.joined()
        let names = Subcommand.all.map { "'\($0.name):\(zshText($0.summary))'" }.joined(
            separator: "\n        ")
        return """
            #compdef hubbub
            # Completion of hubbub for zsh.
            _hubbub() {
                local -a commands=(
                    \(names)
                )
                if (( CURRENT == 2 )); then
                    _describe command commands
                    return
                fi
                local command=$words[2]
                shift words
                (( CURRENT-- ))
                case $command in
            \(commands)    esac
            }
            _hubbub "$@"

            """
    }

    private func zshSpec(_ option: Option) -> String {
        let text = "[\(zshText(option.help))]"
        let many = option.repeats ? "*" : ""
        guard let placeholder = option.placeholder else { return "'\(option.name)\(text)'" }
        let action = zshAction(option.stands, words(of: option))
        // `=` in both cases; with `-` in front the value has to be in the same word.
        let equals = option.takesNextWord ? "=" : "=-"
        return
            "'\(many)\(option.name)\(equals)\(text)\(option.takesNextWord ? "" : ":"):\(zshText(placeholder)):\(action)'"
    }

    private func zshOperand(_ operand: Operand) -> String {
        let count = operand.limit > 1 ? "*" : "1"
        return "'\(count):\(zshText(operand.placeholder)):\(zshAction(operand.stands, words(of: operand)))'"
    }

    private func zshAction(_ stands: ArgumentKind, _ words: [String]) -> String {
        switch stands {
        case .scenarioFile: "_files -g \"*.(\(Self.scenarioEndings.joined(separator: "|")))\""
        case .folder: "_files -/"
        case .file: "_files"
        case _ where words.isEmpty: " "
        default: "(\(words.joined(separator: " ")))"
        }
    }

    private func zshText(_ text: String) -> String {
        text.map { character in
            switch character {
            case "'": "'\\''"
            case "[", "]", ":", "\\": "\\\(character)"
            default: String(character)
            }
        }.joined()
    }

    // MARK: fish

    var fish: String {
        var lines = ["# Completion of hubbub for fish.", "complete -c hubbub -f"]
        for command in Subcommand.all {
            lines.append(
                "complete -c hubbub -n __fish_use_subcommand -a \(command.name) -d \(shellWord(command.summary))"
            )
        }
        for command in Subcommand.all {
            let start = "complete -c hubbub -n '__fish_seen_subcommand_from \(command.name)'"
            for option in options(of: command) {
                let short = option.short.map { " -s \($0.dropFirst())" } ?? ""
                let value = option.takesNextWord ? " -r" : ""
                lines.append(
                    "\(start)\(short) -l \(option.name.dropFirst(2))\(value)"
                        + "\(fishWords(option.stands, words(of: option))) -d \(shellWord(option.help))")
            }
            let words = fishWords(command.operand?.stands ?? .anything, words(of: command.operand))
            if !words.isEmpty { lines.append("\(start)\(words)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func fishWords(_ stands: ArgumentKind, _ words: [String]) -> String {
        switch stands {
        case .scenarioFile: " -k -a '(__fish_complete_suffix .yaml)'"
        case .folder: " -a '(__fish_complete_directories)'"
        case .file: " -F"
        default: words.isEmpty ? "" : " -a '\(words.joined(separator: " "))'"
        }
    }
}
