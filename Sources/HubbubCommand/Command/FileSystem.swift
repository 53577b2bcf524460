import Glibc
import Vocabulary

/// Why something could not be done with a file.
struct FileProblem: Error {
    let code: Int32

    var message: String { String(cString: strerror(code)) }
    var isMissing: Bool { code == ENOENT }
}

/// Files as the command line needs them: read whole, written aside and renamed, so that nobody ever sees half
/// of one.
enum FileSystem {
    /// No scenario and no result comes near it; a device that never ends would.
    private static let largestFile = 1 << 30

    /// All bytes of a file; `-` is standard input.
    static func read(_ path: String) throws(FileProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        try read(path) { bytes += $0 }
        return bytes
    }

    /// The bytes of a file, piece by piece.
    static func read(_ path: String, _ take: (UnsafeRawBufferPointer) -> Void) throws(FileProblem) {
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileProblem(code: errno) }
        defer { if path != "-" { close(file) } }
        var size = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileProblem(code: errno)
            }
            size += count
            guard size <= largestFile else { throw FileProblem(code: EFBIG) }
            buffer.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// A file of this content at `path`, whatever was there before.
    static func write(_ bytes: [UInt8], to path: String) throws(FileProblem) {
        let aside = "\(path).\(getpid())"
        do throws(FileProblem) {
            try writeDirectly(bytes, to: aside)
            guard rename(aside, path) == 0 else { throw FileProblem(code: errno) }
        } catch {
            unlink(aside)
            throw error
        }
    }

    /// The file that a path leads to: whoever gives a link means what is behind it.
    static func target(of path: String) -> String {
        guard let whole = realpath(path, nil) else { return path }
        defer { free(whole) }
        return String(cString: whole)
    }

    /// Reads and writes a file while nobody else does who asks for the same. The folder is locked, for a file of a
    /// lock would lie about in it; where folders cannot be locked nobody waits.
    static func locking<Problem>(folderOf path: String, _ work: () throws(Problem) -> Void) throws(Problem) {
        let name = target(of: path)
        let folder = name.lastIndex(of: "/").map { String(name[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        while descriptor >= 0, flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
        try work()
    }

    /// Without the detour: for a folder that is itself aside, and for what is no file (`/dev/full`, a pipe).
    static func writeDirectly(_ bytes: [UInt8], to path: String, appending: Bool = false) throws(FileProblem)
    {
        let mode = O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC)
        let file = open(path, mode, 0o666)
        guard file >= 0 else { throw FileProblem(code: errno) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                let problem = FileProblem(code: errno)
                close(file)
                throw problem
            }
            rest = rest.dropFirst(written)
        }
        guard close(file) == 0 else { throw FileProblem(code: errno) }
    }

    /// The folder and those that it lies in; no error if they are there.
    static func makeFolder(_ path: String) throws(FileProblem) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
            guard mkdir(made, 0o777) == 0 || errno == EEXIST || errno == EISDIR else {
                throw FileProblem(code: errno)
            }
        }
        guard isFolder(path) else { throw FileProblem(code: ENOTDIR) }
        guard access(path, W_OK) == 0 else { throw FileProblem(code: errno) }
    }

    /// What lies in a folder, in no order.
    static func names(in path: String) throws(FileProblem) -> [String] {
        guard let folder = opendir(path) else { throw FileProblem(code: errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static var currentFolder: String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        return getcwd(&buffer, buffer.count) == nil
            ? "." : String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// How a file reaches another one: a path as seen from the folder that the first one lies in.
    static func path(_ path: String, from file: String) -> String {
        func parts(_ path: String) -> [Substring] {
            let whole = path.hasPrefix("/") ? path : "\(currentFolder)/\(path)"
            return whole.split(separator: "/").reduce(into: []) { parts, part in
                switch part {
                case ".": break
                case "..": _ = parts.popLast()
                default: parts.append(part)
                }
            }
        }
        let (there, here) = (parts(path), parts(file).dropLast())
        let shared = zip(there, here).prefix { $0 == $1 }.count
        let ups = Array(repeating: "..", count: here.count - shared)
        return (ups + there.dropFirst(shared).map(String.init)).joined(separator: "/")
    }

    /// A file, or a folder with all that is in it; links are not followed.
    static func removeTree(_ path: String) {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            for name in namesIfAny(in: path) { removeTree("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// The same, and nothing of a folder that cannot be read.
    static func namesIfAny(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// What stands at a path, if it is anything but a file that can be read to its end: a pipe would be waited
    /// for, a device might never end.
    static func isNoFile(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }  // reading says why
        return switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "it is a folder"
        case S_IFIFO: "it is a pipe"
        case S_IFSOCK: "it is a socket"
        default: "it is a device"
        }
    }

    /// Whether a file at `path` can be written aside and renamed: not so a device, a pipe, or a terminal.
    static func isReplaceable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether a file at `path` could be written later, as far as that can be known now.
    static func checkWritable(_ path: String) throws(FileProblem) {
        var status = stat()
        if stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { throw FileProblem(code: EISDIR) }
            guard access(path, W_OK) == 0 else { throw FileProblem(code: errno) }
            // What is no file is written as it stands.
            guard status.st_mode & S_IFMT == S_IFREG else { return }
        } else if errno != ENOENT {
            throw FileProblem(code: errno)
        }
        let parts = target(of: path).split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = parts.isEmpty ? "." : parts.joined(separator: "/") + "/"
        guard access(folder, W_OK | X_OK) == 0 else { throw FileProblem(code: errno) }
    }

    /// A folder with files and no folders in it, and the files.
    static func remove(folder path: String, files: [String]) {
        for name in files { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// A link of this name, whatever it linked to before.
    static func link(_ path: String, to target: String) throws(FileProblem) {
        let aside = "\(path).\(getpid())"
        unlink(aside)
        guard symlink(target, aside) == 0, rename(aside, path) == 0 else {
            let problem = FileProblem(code: errno)
            unlink(aside)
            throw problem
        }
    }
}
