import Foundation
import Testing

/// A headless Chromium that shows one file and ends.
struct Browser {
    /// Where screenshots are left to be looked at: below the folder of builds, which nobody commits.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".build/page-test")

    /// Whether it is here. `make test` and `make test-page` install it.
    static let path: String? = ["chromium", "chromium-browser", "google-chrome"].lazy
        .flatMap { name in ["/usr/bin/", "/usr/local/bin/"].map { $0 + name } }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Shows `page`, and returns what was asked for on standard output, with what the console said.
    static func show(_ page: URL, _ options: [String]) throws -> String {
        let path = try #require(path, "there is no chromium in /usr/bin; `make test-page` installs it")
        let profile = folder.appending(path: "profile-\(page.deletingPathExtension().lastPathComponent)")
        defer { try? FileManager.default.removeItem(at: profile) }
        // Root has no sandbox; the small shared memory of containers is too small for a page; no network at
        // all.
        let usual = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-sync",
            "--proxy-server=127.0.0.1:9", "--enable-logging=stderr", "--log-level=0",
            "--user-data-dir=\(profile.path())",
        ]
        return try run(path, usual + options + [page.absoluteString]).output
    }
}
