#pragma once
// What formats cannot hold, in words that go behind "cannot hold". Counted by TraceWriter::lost(); the tests of round
// trips allow exactly what these say.

#include <string_view>

namespace aisle::loss {

// Any format
inline constexpr std::string_view kWithoutId = "a span without an id (left out)";
inline constexpr std::string_view kRepaired = "the mark of a span that was repaired on import";
inline constexpr std::string_view kShared = "the mark of a shared span (Zipkin)";
inline constexpr std::string_view kFollowsFrom = "that a span follows from its parent (Jaeger)";
inline constexpr std::string_view kValueType =
    "a value that is not of its type, or has a number beyond 64 bits (written as text)";
inline constexpr std::string_view kIdText = "an id that is text (its number is written)";
inline constexpr std::string_view kLogs = "log records (left out)";
inline constexpr std::string_view kBytes = "bytes as such (written as base64)";
inline constexpr std::string_view kSchema = "the schema URL of a resource";
inline constexpr std::string_view kScopeAttributes = "the attributes of a scope";
inline constexpr std::string_view kOwnName = "an attribute with the name of one of the format's own fields";

// Times
inline constexpr std::string_view kZeroStart = "a start at 1970-01-01 00:00 (0 means no start)";
inline constexpr std::string_view kZeroEnd = "an end at 1970-01-01 00:00 (0 means no end)";
inline constexpr std::string_view kBefore1970 = "a time before 1970 (written as none)";
inline constexpr std::string_view kNanoseconds = "parts of a microsecond";

// Jaeger
inline constexpr std::string_view kNested = "a list or map as such (written as JSON text)";
inline constexpr std::string_view kSecondService = "a second service.name, or one that is no text";
inline constexpr std::string_view kLinkContent = "what a link says beyond child_of and follows_from";
inline constexpr std::string_view kLinkAsParent = "a link that would be taken for the parent (left out)";
inline constexpr std::string_view kWholeTraceLink = "a link without a trace or span id (left out)";
inline constexpr std::string_view kNamelessEvent = "that an event with an attribute event or message has no name";

// Zipkin
inline constexpr std::string_view kTagType = "the type of an attribute (tags are text)";
inline constexpr std::string_view kSameTag = "a second attribute of one name";
inline constexpr std::string_view kResource = "an attribute as the resource's or scope's (written as a tag of each span)";
inline constexpr std::string_view kErrorTag = "an attribute error that its span's status does not say";

} // namespace aisle::loss
