#include "fuzz.h"
#include "proto/proto_framing.h"

namespace aisle::fuzz {

void protoFraming(std::string_view data) {
    for (const bool complete : {true, false}) {
        const FramingGuess guess = guessFraming(data, complete);
        require((guess.framing != ProtoFraming::None) == (guess.spans + guess.logs + guess.metrics != 0), "a framing is one that gives records");
        require(guess.spans <= data.size() / 28, "a span takes at least its two ids"); // 2 + 16 + 2 + 8 bytes
        require(!framingName(guess.framing).empty(), "a framing has a name");
    }
    for (const ProtoFraming framing : {ProtoFraming::BigEndian32, ProtoFraming::LittleEndian64, ProtoFraming::Varint})
        require(frameHeader(framing, data).size <= data.size(), "a length lies within the bytes");
    const FrameHeader number = readVarint(data);
    require(number.size <= 10 && number.size <= data.size(), "a varint has at most ten bytes");
}

} // namespace aisle::fuzz
