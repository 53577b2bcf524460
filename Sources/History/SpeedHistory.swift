import Vocabulary

/// How fast benchmarks were, each time somebody kept it: in one file, for each kind of machine apart.
package struct SpeedHistory {
    package struct SpeedSample: Equatable, Sendable {
        /// UTC, as in `2000-12-31T23:59:59`.
        package let time: String
        package let build: String
        package let benchmark: String
        /// Nanoseconds of wall time for each unit of work, the median of the rounds.
        package let each: Double
        /// How much two measurements of the same may differ by chance on that machine then, as a share.
        package let noise: Double

        package init(time: String, build: String, benchmark: String, each: Double, noise: Double) {
            (self.time, self.build, self.benchmark) = (time, build, benchmark)
            (self.each, self.noise) = (each, noise)
        }
    }

    private static let layout = Database.Layout(
        "speed of benchmarks", kind: "HbSp", version: 1,
        statements: [
            """
            CREATE TABLE points (
                number INTEGER PRIMARY KEY, time TEXT NOT NULL, platform TEXT NOT NULL, build TEXT NOT NULL,
                benchmark TEXT NOT NULL, ns_each REAL NOT NULL, noise REAL NOT NULL)
            """,
            "CREATE INDEX points_of_benchmark ON points (platform, benchmark, number)",
        ])

    private let database: Database
    /// Times of other machines say nothing.
    private let platform: String

    package init(at path: String, platform: String) throws(DatabaseError) {
        database = try Database(at: path, layout: Self.layout)
        self.platform = platform
    }

    /// Of one benchmark on this kind of machine, the oldest first.
    package func points(of benchmark: String) throws(DatabaseError) -> [SpeedSample] {
        try database.rows(
            """
            SELECT time, build, ns_each, noise FROM points WHERE platform = ? AND benchmark = ? ORDER BY number
            """, .text(platform), .text(benchmark)
        ).compactMap { row in
            guard let time = row[0].text, let build = row[1].text, let each = row[2].real,
                let noise = row[3].real
            else { return nil }
            return SpeedSample(time: time, build: build, benchmark: benchmark, each: each, noise: noise)
        }
    }

    /// All of them, or none.
    package func add(_ points: [SpeedSample]) throws(DatabaseError) {
        try database.transaction { () throws(DatabaseError) in
            for point in points {
                try database.run(
                    """
                    INSERT INTO points (time, platform, build, benchmark, ns_each, noise)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """, .text(point.time), .text(platform), .text(point.build), .text(point.benchmark),
                    .real(point.each), .real(point.noise))
            }
        }
    }
}
