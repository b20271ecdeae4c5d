#include "format/json_attributes.h"

namespace aisle {

namespace ondemand = simdjson::ondemand;

void readJsonAttributes(JsonObject object, Attributes& attributes, TextPool& pool) {
    for (ondemand::field& field : members(object)) {
        std::string& key = pool.next();
        key = std::string_view(field.unescaped_key());
        Attribute attribute;
        attribute.key = key;
        plainValue(field.value(), attribute.type, attribute.value, pool);
        if (attribute.type != ValueType::Array && attribute.type != ValueType::Map) { // those are in the pool
            std::string& value = pool.next();
            value = attribute.value;
            attribute.value = value;
        }
        attributes.push_back(attribute);
    }
}

bool readJsonAttributes(JsonParser& parser, std::string_view text, Attributes& attributes, TextPool& pool) {
    attributes.clear();
    if (!text.starts_with('{'))
        return false;
    try {
        auto document = parser.iterateCopy(text);
        readJsonAttributes(document.get_object(), attributes, pool);
        if (atEnd(document))
            return true;
    } catch (const simdjson::simdjson_error&) {
    } catch (const RecordError&) { // a value nested too deep
    }
    attributes.clear();
    return false;
}

} // namespace aisle
