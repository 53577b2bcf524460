/// The random streams of one purpose under one seed, one for every entity.
///
/// The key of a stream is a function of (seed, purpose, entity) and of nothing else: entities may come and go
/// in any order, or never draw, and the others see the same numbers. The family is one word, so a component
/// holds one per purpose for all of its actors, and an actor that must be small keeps only how much it has
/// drawn:
///
///     var stream = streams.stream(of: user, drawn: drawn)
///     pause = think.sample(&stream)
///     drawn = stream.drawn
@frozen
public struct Streams: Sendable {
    @usableFromInline let word: UInt64

    public init(seed: UInt64, purpose: Purpose) {
        word = Mixing.finalize(Mixing.finalize(seed &+ Mixing.step) ^ purpose.number)
    }

    /// The stream of `entity`, from where `drawn` numbers have been taken.
    ///
    /// The entity is mixed by two rounds, since entities are numbered densely. Within a family no two keys
    /// are equal, because each round is a bijection.
    @inlinable
    public func stream(of entity: UInt64, drawn: UInt64 = 0) -> RandomStream {
        RandomStream(key: Mixing.finalize(word &+ Mixing.finalize(entity &+ Mixing.step)), drawn: drawn)
    }
}
