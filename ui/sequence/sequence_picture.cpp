// The sequence diagram as a picture: all of it, as far as there is room, and below it what is not.

#include "sequence/sequence_chart.h"
#include "sequence/sequence_painter.h"
#include "sequence/sequence_view.h"
#include "widgets/plain_text.h"

#include <QPainter>

#include <algorithm>

namespace aisle {

namespace {
constexpr int kNoteHeight = 24; ///< line below the picture
}

/// All of it; of what would be a picture of pixels no more than there is memory for.
QSize SequenceView::pictureSize(int tallest) const {
    constexpr int64_t kMostPixels = 40'000'000;
    if (!content_ || content_->diagram.messages.empty())
        return {};
    const SequenceScene scene = sequenceScene(content_->diagram, theme(), &context().exporter().redactor());
    const int width = std::min(scene.gutter + scene.width, tallest);
    const int64_t room = tallest < kAnyHeight ? std::min<int64_t>(tallest, kMostPixels / width) : tallest;
    return {width, static_cast<int>(std::min<int64_t>(room, sequence_measure::kHeader + scene.height() + measure::kPadding + kNoteHeight))};
}

void SequenceView::paintPicture(QPainter& painter, QSize size) const {
    if (!content_)
        return;
    const Theme& t = theme();
    const SequenceScene scene = sequenceScene(content_->diagram, t, &context().exporter().redactor());
    painter.fillRect(QRect(QPoint(), size), t.surface);
    SequenceInput in;
    in.scene = &scene;
    in.diagram = &content_->diagram;
    in.size = {size.width(), size.height() - kNoteHeight};
    in.colours = SequenceChart::coloursOf(*content_);
    painter.save();
    painter.setClipRect(QRect(QPoint(), in.size), Qt::IntersectClip);
    paintSequence(painter, layoutSequence(in, t), t);
    painter.restore();
    QStringList note{statusText()};
    const auto left = [&note](int64_t lines, const char* one, const char* many) {
        if (lines > 0)
            note << toQString(counted(static_cast<uint64_t>(lines), one, many) + " left out of this picture");
    };
    const int lines = (in.size.height() - sequence_measure::kHeader) / sequence_measure::kRow;
    left(static_cast<int64_t>(scene.lines.size()) - lines, "line below is", "lines below are");
    const auto isBeyond = [&](const SequenceScene::Column& column) { return scene.gutter + column.left >= size.width(); };
    left(std::count_if(scene.columns.begin(), scene.columns.end(), isBeyond), "participant to the right is", "participants to the right are");
    for (const std::string& words : notesOf(content_->diagram))
        note << toQString(words);
    painter.setFont(t.axisFont);
    painter.setPen(t.mutedText);
    painter.drawText(QRect(measure::kPadding, size.height() - kNoteHeight, size.width(), kNoteHeight), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     note.join(QStringLiteral("; ")));
}

} // namespace aisle
