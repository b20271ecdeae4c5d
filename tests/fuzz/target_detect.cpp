// Detection: at most one format is named, always for a reason, and the same for the same bytes.

#include "fuzz.h"
#include "importer.h"
#include "text/utf8.h"

namespace aisle::fuzz {

void detect(std::string_view data) {
    for (const bool complete : {true, false}) {
        std::string reason, again;
        const InputHead head(data, complete);
        const Format* const found = detectFormat(head, reason);
        require(found == detectFormat({data, complete}, again) && reason == again, "detection depends on the bytes alone");
        require(!reason.empty() && isUtf8(reason) && printable(reason) == reason, "a reason is one line of text");

        const Format* best = nullptr;
        Claim::Confidence most = Claim::No;
        for (const Format& format : formats()) {
            const Claim claim = format.sniff(head);
            require(claim.confidence == Claim::No || !claim.reason.empty(), "a claim has a reason");
            if (claim.confidence > most) {
                most = claim.confidence;
                best = &format;
            }
        }
        require(found == best, "the first of the formats that are surest is taken");
    }
}

} // namespace aisle::fuzz
