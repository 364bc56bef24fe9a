/** SHA-256 of `relay/index.html` as this version has it, in hexadecimal. */
export const RELAY_PAGE_DIGEST = 'fd7be6f4a4151d40a13c4ce90d163868483a1108b473083742281263c94258e8';

/** By which any version of that page is known. */
export const RELAY_PAGE_MARK = '<title>Back to your device · OpenVoiceOS</title>';
