#include "details/details_header.h"

#include "theme/theme.h"
#include "waterfall/waterfall_painter.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace aisle {

namespace {

/// Words without spaces would make the panel as wide as they are; so they may break behind punctuation.
QString breakable(const std::string& text, qsizetype limit) {
    QString in = singleLine(toQString(text));
    if (in.size() > limit)
        in = in.left(limit) + QChar(0x2026);
    QString out;
    int run = 0;
    for (const QChar c : in) {
        out += c;
        run = c.isSpace() ? 0 : run + 1;
        if (run > 0 && (run >= 24 || !c.isLetterOrNumber()) && !c.isHighSurrogate()) {
            out += QChar(0x200b);
            run = 0;
        }
    }
    return out;
}

/// Lines break between short parts and not in them: "p99 33.1" stood above "ms".
QString factText(const std::string& value) {
    constexpr qsizetype kShort = 20;
    QStringList parts = singleLine(toQString(value)).split(QStringLiteral(" · "));
    for (QString& part : parts)
        part = part.size() <= kShort ? part.replace(QLatin1Char(' '), QChar::Nbsp) : breakable(part.toStdString(), 300);
    return parts.join(QStringLiteral(" · "));
}

QLabel* wrapped(QLabel* label) {
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::NoTextInteraction);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    return label;
}

/// In the colour of warnings, which no role of a palette is. A palette of its own would be that of the theme before after a
/// switch: a new style sheet gives every widget the palette back that it had under the old one.
class WarningLabel : public QLabel {
public:
    explicit WarningLabel(QWidget* parent) : QLabel(parent) { setTextFormat(Qt::PlainText); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setPen(theme().warning);
        painter.drawText(contentsRect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, text());
    }
};

QString joined(const std::vector<std::string>& sentences) {
    QStringList lines;
    for (const std::string& sentence : sentences)
        lines << breakable(sentence, 400);
    return lines.join(QLatin1Char('\n'));
}

} // namespace

DetailsHeader::DetailsHeader(QWidget* parent)
    : QWidget(parent), what_(wrapped(plainLabel({}, this))), title_(wrapped(plainLabel({}, this))), subtitle_(wrapped(plainLabel({}, this))),
      warnings_(wrapped(new WarningLabel(this))), notices_(wrapped(plainLabel({}, this))), facts_(new QGridLayout) {
    for (QLabel* label : {what_, subtitle_, notices_})
        label->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(measure::kGap, measure::kPadding, measure::kPadding, measure::kPadding);
    layout->setSpacing(4);
    title_->setObjectName(QStringLiteral("detailsTitle"));
    layout->addWidget(what_);
    layout->addWidget(title_);
    layout->addWidget(subtitle_);
    layout->addSpacing(4);
    facts_->setContentsMargins(0, 0, 0, 0);
    facts_->setHorizontalSpacing(12);
    facts_->setVerticalSpacing(2);
    facts_->setColumnStretch(1, 1);
    layout->addLayout(facts_);
    layout->addWidget(warnings_);
    layout->addWidget(notices_);
    applyFonts();
}

QString DetailsHeader::title() const {
    return title_->text().remove(QChar(0x200b));
}

void DetailsHeader::setContent(const DetailsContent& content, const ServiceColours& colours) {
    colours_ = colours;
    service_ = content.service;
    isError_ = content.isError;
    what_->setText(toQString(content.what));
    title_->setText(breakable(content.title, 300));
    title_->setToolTip(plainToolTip(toQString(content.title)));
    subtitle_->setText(breakable(content.subtitle, 300));
    warningTexts_.clear();
    for (const std::string& warning : content.warnings)
        warningTexts_ << toQString(warning);
    warnings_->setText(joined(content.warnings));
    warnings_->setVisible(!content.warnings.empty());
    notices_->setText(joined(content.notices));
    notices_->setVisible(!content.notices.empty());
    // Labels are kept: making them anew takes longer than the whole rest of a click.
    while (names_.size() < content.facts.size()) {
        const int line = static_cast<int>(names_.size());
        names_.push_back(plainLabel({}, this));
        names_.back()->setForegroundRole(QPalette::PlaceholderText);
        values_.push_back(wrapped(plainLabel({}, this)));
        values_.back()->setTextInteractionFlags(Qt::TextSelectableByMouse);
        facts_->addWidget(names_.back(), line, 0, Qt::AlignTop);
        facts_->addWidget(values_.back(), line, 1);
    }
    for (size_t i = 0; i < names_.size(); ++i) {
        const bool isUsed = i < content.facts.size();
        names_[i]->setVisible(isUsed);
        values_[i]->setVisible(isUsed);
        if (!isUsed)
            continue;
        names_[i]->setText(toQString(content.facts[i].name));
        values_[i]->setText(factText(content.facts[i].value));
        setCopyKey(values_[i], toQString(content.facts[i].name));
        values_[i]->setToolTip(plainToolTip(toQString(content.facts[i].value)));
    }
    applyFonts();
    update();
}

void DetailsHeader::applyFonts() {
    const Theme& t = theme();
    what_->setFont(t.axisFont);
    title_->setFont(t.titleFont);
    for (QLabel* label : values_)
        label->setFont(t.tabular());
}

void DetailsHeader::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyFonts();
}

void DetailsHeader::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& t = theme();
    if (!service_.empty())
        painter.fillRect(QRect(0, measure::kPadding, 4, height() - 2 * measure::kPadding),
                         colours_.of(service_, t));
    if (isError_)
        paintErrorMark(painter, QRectF(width() - 24, measure::kPadding, 16, 16), t, true);
}

} // namespace aisle
