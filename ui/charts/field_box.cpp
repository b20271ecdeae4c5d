#include "charts/field_box.h"

#include "analysis/items.h"
#include "theme/theme.h"
#include "widgets/plain_text.h"

#include <QSignalBlocker>

#include <algorithm>

namespace aisle {

namespace {

constexpr std::pair<const char*, const char*> kIntrinsics[] = {{"", "All together"},          {"resource.service.name", "By service"}, {"span:name", "By operation"}, {"trace:rootName", "By first operation"},
                                                               {"span:kind", "By kind"},      {"span:status", "By status"},            {"aisle:path", "By path"},
                                                               {"aisle:file", "By file"}};
constexpr size_t kMostKeys = 300;

} // namespace

FieldBox::FieldBox(ViewContext& context, QWidget* parent) : QComboBox(parent), context_(context) {
    setAccessibleName(tr("Divide by"));
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(14);
    setMaxVisibleItems(24);
    fill({});
    connect(this, &QComboBox::activated, this, &FieldBox::fieldChanged);
    connect(this, &QComboBox::currentTextChanged, this, [this] { updateGeometry(); });
    connect(&context, &ViewContext::tableChanged, this, &FieldBox::read);
}

/// As wide as what is chosen, which no style elides, not as the longest of hundreds of fields.
QSize FieldBox::sizeHint() const {
    constexpr int kFrame = 44; // with the arrow
    return {std::clamp(fontMetrics().horizontalAdvance(currentText()) + kFrame, 120, measure::kWidestBox), QComboBox::sizeHint().height()};
}
QSize FieldBox::minimumSizeHint() const { return {100, QComboBox::minimumSizeHint().height()}; }

std::string FieldBox::field() const { return currentData().toString().toStdString(); }

void FieldBox::setField(const std::string& field) {
    int at = findData(toQString(field));
    if (at < 0) {
        addItem(tr("By %1").arg(singleLine(toQString(field))), toQString(field));
        at = count() - 1;
    }
    if (at == currentIndex())
        return;
    setCurrentIndex(at);
    Q_EMIT fieldChanged();
}

void FieldBox::showEvent(QShowEvent* event) {
    QComboBox::showEvent(event);
    read();
}

/// The keys of a large file take a moment, and are only needed where they can be chosen.
void FieldBox::read() {
    if (!isVisible() || context_.isProvisional() || keysOf_ == context_.table())
        return;
    keysOf_ = context_.table();
    worker_.run<std::vector<std::string>>(
        [asked = context_.queryContext()](const StopToken& stop) { return groupableFields(asked, kMostKeys, stop); },
        [this](std::vector<std::string> fields) { fill(fields); }, [](const QString&) {}); // what is known without the store stays
}

void FieldBox::fill(const std::vector<std::string>& keys) {
    const std::string now = field();
    {
        const QSignalBlocker quiet(this);
        clear();
        for (const auto& [field, title] : kIntrinsics)
            addItem(QString::fromLatin1(title), QString::fromLatin1(field));
        if (!keys.empty())
            insertSeparator(count());
        for (const std::string& key : keys)
            addItem(tr("By %1").arg(singleLine(toQString(key))), toQString(key));
        if (!now.empty() && findData(toQString(now)) < 0)
            addItem(tr("By %1").arg(singleLine(toQString(now))), toQString(now));
        setCurrentIndex(std::max(0, findData(toQString(now))));
    }
}

} // namespace aisle
