import Glibc
import Vocabulary

/// Another program, started and waited for. Its own environment is this one's.
struct Program {
    let path: String
    /// Whoever wants this process stopped wants that of the other one.
    var interruption = Interruption.never

    /// Runs it to its end; what it prints goes into files. The code is 128 and the signal if one ended it. Throws once
    /// somebody wants it stopped.
    func run(_ arguments: [String], output: String, errors: String, in folder: String? = nil) throws(Failure)
        -> Int32
    {
        try checkWanted()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let mode = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, mode, 0o666)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, mode, 0o666)
        // A shell changes the folder: what else could is no part of POSIX that Swift knows.
        let line =
            folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0, path] + arguments }
            ?? [path] + arguments
        var words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        // A group of its own: what it has started in turn is stopped with it, and once.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var process = pid_t()
        let problem = posix_spawnp(&process, line[0], &actions, &attributes, words, environ)
        guard problem == 0 else {
            throw Failure(
                .noFile, "\(visible(path)) cannot be started: \(String(cString: strerror(problem)))")
        }
        interruption.waiting(process)
        defer { interruption.waiting(0) }
        // A signal that came before anybody knew to whom to hand it on.
        if let code = interruption.received() { kill(-process, code.rawValue - 128) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        try checkWanted()
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    private func checkWanted() throws(Failure) {
        guard let code = interruption.received() else { return }
        throw Failure(code, "stopped before \(visible(path)) ended")
    }

    /// Standard output of a program that has to succeed; `work` is a folder for what it says.
    func answer(_ arguments: [String], work: String, in folder: String? = nil) throws(Failure) -> String {
        let (output, errors) = ("\(work)/output.txt", "\(work)/errors.txt")
        let code = try run(arguments, output: output, errors: errors, in: folder)
        func text(_ path: String) -> String {
            (try? FileSystem.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        guard code == 0 else {
            let said = text(errors).split(separator: "\n").last.map { ": \(visible($0))" } ?? ""
            throw Failure(
                .badFile, "`\(visible(path)) \(arguments.joined(separator: " "))` ended with \(code)\(said)")
        }
        return text(output)
    }
}

/// A folder below `--out` for what a command needs meanwhile, gone with it.
final class WorkFolder {
    let path: String

    init(_ call: Call, _ name: String) throws(Failure) {
        path = "\(call.results)/.\(name)-\(getpid())"
        do throws(FileProblem) { try FileSystem.makeFolder(path) } catch {
            throw Failure(.cannotCreate, "\(visible(path)) cannot be created: \(error.message)")
        }
    }

    deinit { FileSystem.removeTree(path) }
}
