#pragma once
// By which field a chart is divided: service, operation and the like, and the attributes of the file, most frequent first.

#include "view_context.h"

#include <QComboBox>

namespace aisle {

class FieldBox : public QComboBox {
    Q_OBJECT
public:
    FieldBox(ViewContext& context, QWidget* parent);

    /// As TraceQL names it; empty: not divided.
    std::string field() const;
    /// One that is not offered is added.
    void setField(const std::string& field);
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    void fieldChanged();

private:
    void read();
    void fill(const std::vector<std::string>& keys);
    void showEvent(QShowEvent* event) override;

    ViewContext& context_;
    SpanTablePtr keysOf_;
    Worker worker_{this, Worker::Work::Long};
};

} // namespace aisle
