extension Page {
    /// Cursor, zoom and copying; the page says all it has to say without it.
    ///
    /// It knows no data of its own: the cursor reads the row of the table behind each chart that is nearest
    /// to it. All charts over time share one range, in thousandths of the run: `from` and `to`.
    static let script: Markup = #"""
        (function () {
          "use strict";
          var plots = [].slice.call(document.querySelectorAll(".plot"));
          var tip = document.getElementById("tip"), reset = document.getElementById("reset");
          var from = 0, to = 1000, start = null;

          plots.forEach(function (plot) {
            var table = document.getElementById(plot.dataset.table);
            plot.rows = table ? [].slice.call(table.tBodies[0].rows) : [];
            plot.xs = plot.rows.map(function (row) { return +row.dataset.x; });
            plot.names = table ? [].slice.call(table.tHead.rows[0].cells).map(function (c) { return c.textContent; }) : [];
            plot.cols = plot.dataset.columns.split(" ").map(Number);
            plot.out = plot.parentNode.querySelector("output");
            plot.rest = plot.out ? plot.out.textContent : "";
            plot.line = mark(plot, "cursor");
            plot.chosen = mark(plot, "chosen");
            plot.at = -1;
            plot.addEventListener("pointermove", move);
            plot.addEventListener("pointerdown", down);
            plot.addEventListener("pointerup", up);
            plot.addEventListener("pointerleave", leave);
            plot.addEventListener("dblclick", whole);
            plot.addEventListener("keydown", key);
            plot.addEventListener("blur", leave);
          });

          function mark(plot, name) {
            var span = document.createElement("span");
            span.className = name;
            span.hidden = true;
            plot.appendChild(span);
            return span;
          }
          function isTime(plot) { return plot.dataset.axis === "time"; }
          function low(plot) { return isTime(plot) ? from : 0; }
          function high(plot) { return isTime(plot) ? to : 1000; }
          function place(plot, event) {
            var box = plot.getBoundingClientRect();
            var share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
            return low(plot) + share * (high(plot) - low(plot));
          }
          function nearest(xs, x) {
            var a = 0, b = xs.length - 1;
            while (b - a > 1) { var m = (a + b) >> 1; if (xs[m] < x) a = m; else b = m; }
            return b >= 0 && Math.abs(xs[b] - x) < Math.abs(xs[a] - x) ? b : a;
          }
          function share(plot, x) { return (x - low(plot)) / (high(plot) - low(plot)) * 100; }

          function show(plot, x, y) {
            if (!plot.rows.length) return;
            plot.at = nearest(plot.xs, x);
            var cells = plot.rows[plot.at].cells;
            plots.forEach(function (other) {
              if (other.dataset.axis !== plot.dataset.axis) return;
              other.line.hidden = false;
              other.line.style.left = share(other, plot.xs[plot.at]) + "%";
              if (other.out && other.rows.length)
                other.out.textContent = other.rows[nearest(other.xs, plot.xs[plot.at])].cells[other.cols[0]].textContent;
            });
            tip.textContent = "";
            var head = document.createElement("b");
            head.textContent = cells[0].textContent;
            tip.appendChild(head);
            var lines = plot.cols.filter(function (c) { return cells[c].textContent !== ""; });
            if (lines.length > 9) lines = lines.filter(function (c) { return cells[c].textContent !== "0"; }).slice(-9);
            lines.forEach(function (c) {
              var line = document.createElement("span"), value = document.createElement("i");
              line.textContent = plot.names[c] + " ";
              value.textContent = cells[c].textContent;
              value.style.fontStyle = "normal";
              line.appendChild(value);
              tip.appendChild(line);
            });
            tip.hidden = false;
            var box = plot.getBoundingClientRect();
            var left = box.left + share(plot, plot.xs[plot.at]) / 100 * box.width + 14;
            if (left + tip.offsetWidth > innerWidth - 6) left -= tip.offsetWidth + 28;
            tip.style.left = Math.max(4, left) + "px";
            tip.style.top = Math.max(4, Math.min(innerHeight - tip.offsetHeight - 4, y)) + "px";
          }
          function move(event) {
            var x = place(this, event);
            show(this, x, event.clientY + 12);
            if (start === null) return;
            this.chosen.hidden = false;
            this.chosen.style.left = share(this, Math.min(start, x)) + "%";
            this.chosen.style.width = Math.abs(share(this, x) - share(this, start)) + "%";
          }
          function down(event) {
            if (!isTime(this) || event.pointerType === "touch" || event.button !== 0) return;
            start = place(this, event);
            event.preventDefault();
            this.focus({ preventScroll: true });
          }
          function up(event) {
            var begin = start, end = place(this, event);
            start = null;
            this.chosen.hidden = true;
            if (begin !== null && Math.abs(end - begin) > (to - from) / 50) zoom(Math.min(begin, end), Math.max(begin, end));
          }
          function leave() {
            start = null;
            tip.hidden = true;
            plots.forEach(function (plot) {
              plot.line.hidden = plot.chosen.hidden = true;
              if (plot.out) plot.out.textContent = plot.rest;
            });
          }
          function whole() { zoom(0, 1000); }
          function key(event) {
            var last = this.rows.length - 1, box = this.getBoundingClientRect();
            var next = this.at < 0 ? nearest(this.xs, low(this)) : this.at;
            switch (event.key) {
              case "ArrowRight": next += 1; break;
              case "ArrowLeft": next -= 1; break;
              case "Home": next = nearest(this.xs, low(this)); break;
              case "End": next = nearest(this.xs, high(this)); break;
              case "Escape": whole(); leave(); return;
              case "+": case "-":
                if (!isTime(this) || this.at < 0) return;
                var half = (to - from) * (event.key === "+" ? 0.25 : 1), x = this.xs[this.at];
                zoom(Math.max(0, x - half), Math.min(1000, x + half));
                break;
              default: return;
            }
            event.preventDefault();
            next = Math.max(0, Math.min(last, next));
            show(this, this.xs[next], box.top + 12);
          }
          function zoom(a, b) {
            from = a;
            to = b;
            reset.hidden = a === 0 && b === 1000;
            plots.filter(isTime).forEach(function (plot) {
              plot.querySelector("svg").setAttribute("viewBox", a + " 0 " + (b - a) + " 1000");
              var next = plot.nextElementSibling;
              var spans = [].slice.call(plot.querySelectorAll("span[data-x]"));
              if (next && next.className === "xticks") {
                [].slice.call(next.querySelectorAll(".made")).forEach(function (old) { old.remove(); });
                [].slice.call(next.children).forEach(function (tick) { tick.hidden = !reset.hidden; });
                if (!reset.hidden) ticks(plot, next);
              }
              spans.forEach(function (span) {
                var at = share(plot, +span.dataset.x);
                span.style.left = at + "%";
                span.style.visibility = at < 0 || at > 100 ? "hidden" : "visible";
              });
            });
          }
          // What is written below a chart that is zoomed: the times of six of its rows.
          function ticks(plot, below) {
            for (var i = 0; i < 6; i += 1) {
              var x = from + (to - from) * (i + 0.5) / 6, row = nearest(plot.xs, x), span = document.createElement("span");
              span.className = "made";
              span.textContent = plot.rows[row].cells[0].textContent;
              span.style.left = share(plot, plot.xs[row]) + "%";
              span.style.transform = "translateX(-50%)";
              below.appendChild(span);
            }
          }
          reset.addEventListener("click", whole);

          // Legends take lines away and bring them back.
          [].slice.call(document.querySelectorAll(".legend button.key")).forEach(function (button) {
            button.addEventListener("click", function () {
              var isOn = button.getAttribute("aria-pressed") !== "true", figure = button.closest("figure");
              button.setAttribute("aria-pressed", String(isOn));
              [].slice.call(figure.querySelectorAll("path.line")).forEach(function (path) {
                if (path.classList.contains(button.dataset.line)) path.style.display = isOn ? "" : "none";
              });
            });
          });

          // A role of the system: its lines stand out, and its charts stand below the drawing.
          var panel = document.getElementById("system-load"), drawing = document.querySelector("svg.topology");
          if (panel && drawing) {
            [].slice.call(drawing.querySelectorAll(".box")).forEach(function (box) {
              var link = box.closest("a");
              function point(isOn) {
                drawing.classList.toggle("some", isOn);
                [].slice.call(drawing.querySelectorAll(".edge")).forEach(function (edge) {
                  edge.classList.toggle("on", isOn && (edge.dataset.a === box.dataset.box || edge.dataset.b === box.dataset.box));
                });
              }
              function load() {
                var block = document.getElementById(link.dataset.load);
                panel.textContent = "";
                panel.appendChild(block.querySelector("h3").cloneNode(true));
                panel.appendChild(block.querySelector(".small").cloneNode(true));
                [].slice.call(panel.querySelectorAll("[id],[tabindex]")).forEach(function (node) {
                  node.removeAttribute("id");
                  node.removeAttribute("tabindex");
                });
                panel.hidden = false;
              }
              box.addEventListener("pointerenter", function () { point(true); if (link) load(); });
              box.addEventListener("pointerleave", function () { point(false); });
              if (!link) return;
              link.addEventListener("focus", function () { point(true); load(); });
              link.addEventListener("blur", function () { point(false); });
              link.addEventListener("click", function (event) { event.preventDefault(); load(); });
            });
          }

          var copy = document.getElementById("copy");
          if (navigator.clipboard) {
            copy.hidden = false;
            copy.addEventListener("click", function () {
              navigator.clipboard.writeText(document.getElementById("command").textContent).then(
                function () { copy.textContent = "Copied"; }, function () { copy.textContent = "Not allowed here"; });
            });
          }
        })();

        """#
}
