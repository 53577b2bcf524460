import Foundation
import Reports
import Results
import Testing

/// The page in a browser: what only a browser can say. Slow to start, so few and large.
@Suite("reports: page in a browser", .serialized)
struct BrowserTests {
    /// Runs before everything else of the page: notes what goes wrong.
    private static let watch = """
        <script>
        window.wrong = [];
        window.addEventListener("error", function (e) { wrong.push("error: " + (e.message || e.target.src)); }, true);
        window.addEventListener("unhandledrejection", function (e) { wrong.push("rejected: " + e.reason); });
        document.addEventListener("securitypolicyviolation", function (e) { wrong.push("blocked: " + e.blockedURI); });
        ["error", "warn"].forEach(function (kind) { console[kind] = function (m) { wrong.push(kind + ": " + m); }; });
        </script>
        """

    /// Runs after everything else: looks, points, zooms, and writes down what it found.
    private static let ask = """
        <script>
        (function () {
          var found = {}, plot = document.querySelector("#latency .plot"), tip = document.getElementById("tip");
          function point(kind, share) {
            var box = plot.getBoundingClientRect();
            plot.dispatchEvent(new PointerEvent(kind, { bubbles: true, button: 0, pointerType: "mouse",
              clientX: box.left + box.width * share, clientY: box.top + 20 }));
          }
          var seen = [].slice.call(document.querySelectorAll("section")).filter(function (s) { return s.offsetHeight > 40; });
          found.sections = seen.map(function (s) { return s.id; }).join(" ");
          found.styled = getComputedStyle(plot).position === "relative";
          found.wide = document.documentElement.scrollWidth <= innerWidth;
          plot.scrollIntoView();
          point("pointermove", 0.4);
          found.tip = tip.hidden ? "" : tip.textContent;
          found.linked = [].slice.call(document.querySelectorAll("#load .cursor")).every(function (c) { return !c.hidden; });
          point("pointerdown", 0.25); point("pointermove", 0.5); point("pointerup", 0.5);
          found.zoomed = plot.querySelector("svg").getAttribute("viewBox");
          found.together = document.querySelector("#load .plot svg").getAttribute("viewBox") === found.zoomed;
          document.getElementById("reset").click();
          found.whole = plot.querySelector("svg").getAttribute("viewBox");
          plot.dispatchEvent(new PointerEvent("pointerleave"));
          found.left = tip.hidden;
          plot.focus();
          plot.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
          found.key = tip.textContent;
          plot.blur();
          found.dead = [].slice.call(document.querySelectorAll(".thresholds a, .judged a")).filter(function (a) {
            var end = document.getElementById(a.getAttribute("href").slice(1));
            return !end || !end.offsetHeight || end === document.body;
          }).map(function (a) { return a.textContent; }).join(" ");
          found.links = document.querySelectorAll(".thresholds a").length;
          var key = document.querySelector("#latency .key.p2"), line = document.querySelector("#latency path.line.p2");
          key.click();
          found.hidden = getComputedStyle(line).display + " " + key.getAttribute("aria-pressed");
          key.click();
          found.shown = getComputedStyle(line).display + " " + key.getAttribute("aria-pressed");
          // What a reader of the screen calls things by: each control and each picture has a name.
          found.nameless = [].slice.call(document.querySelectorAll("a, button, [role=img], summary")).filter(function (e) {
            return !(e.getAttribute("aria-label") || e.textContent).trim();
          }).length;
          var box = document.querySelector("svg.topology a"), panel = document.getElementById("system-load");
          box.focus();
          found.load = panel.hidden ? "" : panel.querySelector("h3").textContent + " " + panel.querySelectorAll("svg").length;
          found.firstChart = Math.round(plot.getBoundingClientRect().top + scrollY);
          found.list = getComputedStyle(document.querySelector(".system-list")).display;
          // What is blocked is told in a task of its own: all of it has come when the page is loaded and has rested once.
          window.addEventListener("load", function () {
            setTimeout(function () {
              found.requests = performance.getEntriesByType("resource").length;
              found.wrong = wrong.join("; ");
              var output = document.createElement("pre");
              output.id = "found";
              output.textContent = JSON.stringify(found);
              document.body.appendChild(output);
            }, 100);
          });
        })();
        </script>
        """

    private static func write(_ html: String, _ name: String) throws -> URL {
        try FileManager.default.createDirectory(at: Browser.folder, withIntermediateDirectories: true)
        let file = Browser.folder.appending(path: name)
        try html.write(to: file, atomically: true, encoding: .utf8)
        return file
    }

    /// What the page said of itself.
    private static func examine(_ html: String, _ name: String, size: String = "1280,900") throws -> [String:
        Any]
    {
        let html = html.replacing("<meta charset", with: watch + "<meta charset").replacing(
            "</body>", with: ask + "</body>")
        let output = try Browser.show(
            write(html, name), ["--window-size=\(size)", "--virtual-time-budget=2000", "--dump-dom"])
        let found = try #require(
            between("<pre id=\"found\">", "</pre>", in: output), "\(output.suffix(2_000))")
        let plain = found.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing(
            "&amp;", with: "&")
        return try #require(try JSONSerialization.jsonObject(with: Data(plain.utf8)) as? [String: Any])
    }

    private static let parts =
        "story latency why system thresholds spectrum time load faults invariants cost scenario"

    @Test("shows each part, answers the pointer and the keys, and asks the network for nothing")
    func examined() throws {
        let found = try Self.examine(
            Page(of: MadeUp.partition, machine: MadeUp.machine).html, "partition.html")
        #expect(found["wrong"] as? String == "")
        #expect(found["requests"] as? Int == 0)
        #expect(found["sections"] as? String == Self.parts)
        #expect(found["styled"] as? Bool == true)
        #expect(found["wide"] as? Bool == true)
        // 0.4 of a width of which ten minutes take 0.9 is 4m26s, in the slice from 4m25s; the numbers are those of the
        // table behind the chart.
        let tip = try #require(found["tip"] as? String)
        #expect(tip.hasPrefix("4m25s") && tip.contains("p99 ") && tip.contains("due 1,250"), "\(tip)")
        #expect(found["linked"] as? Bool == true)
        #expect(found["zoomed"] as? String == "250 0 250 1000")
        #expect(found["together"] as? Bool == true)
        #expect(found["whole"] as? String == "0 0 1000 1000")
        #expect(found["left"] as? Bool == true)
        #expect((found["key"] as? String)?.hasPrefix("11m55s") == true)
        #expect(found["dead"] as? String == "")
        #expect(found["links"] as? Int == MadeUp.partition.thresholds.count)
        #expect(found["hidden"] as? String == "none false")
        #expect(found["shown"] as? String == "inline true")
        #expect(found["nameless"] as? Int == 0)
        // The users' box is the first, and six things were measured of them.
        #expect(found["load"] as? String == "users 6")
        #expect(found["list"] as? String == "none")
    }

    /// A phone shows 844 of these at a time.
    @Test("on a phone nothing scrolls sideways, the first chart is near, and the system is a list")
    func phone() throws {
        let seeds = (0..<3).map { SeedRun(MadeUp.partition, link: "\($0)/report.html") }
        let pages = [
            (Page(of: MadeUp.partition), "phone.html"), (Page(of: MadeUp.large), "phone-large.html"),
            (Page(of: MadeUp.partition, seeds: seeds), "phone-seeds.html"),
        ]
        for (page, name) in pages {
            let found = try Self.examine(page.html, name, size: "390,844")
            #expect(found["wrong"] as? String == "")
            #expect(found["wide"] as? Bool == true)
            let top = try #require(found["firstChart"] as? Int)
            // The table of all seeds stands before it.
            #expect(top < (name == "phone-seeds.html" ? 3 : 2) * 844, "\(name): \(top)")
            #expect(found["list"] as? String == "block")
        }
    }

    @Test("the large page and the hostile one are as sound")
    func others() throws {
        let hostile = MadeUp.hostile(
            "</script><script>console.error('owned')</script><img src=x onerror=alert(1)>")
        for (result, name) in [(MadeUp.large, "large.html"), (hostile, "hostile.html")] {
            let found = try Self.examine(Page(of: result).html, name)
            #expect(found["wrong"] as? String == "")
            #expect(found["requests"] as? Int == 0)
            #expect(found["sections"] as? String == Self.parts)
        }
    }

    @Test("the examination finds a script that fails and a picture from elsewhere")
    func canFail() throws {
        let html = Page(of: MadeUp.partition).html
            .replacing(
                "<footer>", with: "<img src=\"picture.png\" alt=\"\"/><script>nowhere()</script><footer>")
        let wrong = try #require(try Self.examine(html, "broken.html")["wrong"] as? String)
        #expect(wrong.contains("nowhere is not defined"))
        #expect(wrong.contains("blocked"))
    }

    @Test(
        "can be looked at: desktop and phone, light and dark, on paper",
        arguments: ["partition", "large"])
    func pictures(name: String) throws {
        let result = name == "large" ? MadeUp.large : MadeUp.compared
        let page = try Self.write(Page(of: result, machine: MadeUp.machine).html, "\(name)-seen.html")
        for (mode, scheme) in [("light", 1), ("dark", 0)] {
            for (size, width) in [("desktop", "1280,9000"), ("phone", "390,16000")] {
                let picture = Browser.folder.appending(path: "\(name)-\(size)-\(mode).png")
                try? FileManager.default.removeItem(at: picture)
                _ = try Browser.show(
                    page,
                    [
                        "--window-size=\(width)", "--blink-settings=preferredColorScheme=\(scheme)",
                        "--screenshot=\(picture.path())",
                    ])
                let bytes = try Data(contentsOf: picture).count
                #expect(bytes > 50_000, "\(picture.lastPathComponent) is nearly empty")
            }
        }
        let paper = Browser.folder.appending(path: "\(name).pdf")
        _ = try Browser.show(page, ["--no-pdf-header-footer", "--print-to-pdf=\(paper.path())"])
        #expect(try Data(contentsOf: paper).starts(with: Data("%PDF".utf8)))
    }
}
