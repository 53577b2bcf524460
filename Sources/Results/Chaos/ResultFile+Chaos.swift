extension ResultFile {
    public static func text(of campaign: CampaignRecord) -> String {
        text(of: campaign, format: campaignFormat)
    }

    public static func text(of capsule: CapsuleRecord) -> String { text(of: capsule, format: capsuleFormat) }

    public static func campaign(parsing text: String, file: String) throws(ResultFileError) -> CampaignRecord
    {
        try record(parsing: text, file: file, format: campaignFormat)
    }

    public static func capsule(parsing text: String, file: String) throws(ResultFileError) -> CapsuleRecord {
        try record(parsing: text, file: file, format: capsuleFormat)
    }
}
