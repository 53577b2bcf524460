import Chat

extension PlantedFault {
    /// The designs with these faults, in the order of `all`.
    static let designs: [any Design.Type] = [
        Planted<0>.self, Planted<1>.self, Planted<2>.self, Planted<3>.self, Planted<4>.self, Planted<5>.self,
        Planted<6>.self, Planted<7>.self, Planted<8>.self, Planted<9>.self, Planted<10>.self,
        Planted<11>.self,
        Planted<12>.self, Planted<13>.self, Planted<14>.self, Planted<15>.self, Planted<16>.self,
        Planted<17>.self,
        Planted<18>.self, Planted<19>.self, Planted<20>.self, Planted<21>.self, Planted<22>.self,
        Planted<23>.self,
        Planted<24>.self, Planted<25>.self, Planted<26>.self, Planted<27>.self, Planted<28>.self,
        Planted<29>.self,
        Planted<30>.self, Planted<31>.self,
    ]
}
