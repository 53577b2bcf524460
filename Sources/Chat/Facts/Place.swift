/// Where a letter was when a stage began: a phone or a machine.
public enum Place {
    private static let phones: UInt32 = 1 << 31

    public static func phone(of user: User) -> UInt32 { user.number | phones }
    public static func machine(_ number: Int) -> UInt32 { UInt32(number) }

    public static func phone(at place: UInt32) -> User? {
        place & phones != 0 ? User(place & ~phones) : nil
    }
}
