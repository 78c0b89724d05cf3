import java.io.FileOutputStream;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** Writes java-deflate.avro with Avro's Java library: java -cp '../target/java-avro/lib/*' tests/replay/Write.java in tg-schema-compat. */
public class Write {
    public static void main(String[] arguments) throws Exception {
        Schema item = new Schema.Parser().parse(
            "{\"type\":\"record\",\"name\":\"S\",\"fields\":[{\"name\":\"x\",\"type\":{\"type\":\"enum\",\"name\":\"E\","
                + "\"symbols\":[\"ONE\",\"TWO\"]}},{\"name\":\"y\",\"type\":[\"null\",\"double\"],\"default\":null}]}");
        Schema schema = Schema.createRecord("R", null, null, false, List.of(
            new Schema.Field("a", Schema.create(Schema.Type.LONG)),
            new Schema.Field("b", Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)),
                null, Schema.Field.NULL_DEFAULT_VALUE),
            new Schema.Field("s", Schema.createArray(item))));
        var file = new FileOutputStream("tests/replay/java-deflate.avro");
        try (var writer = new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))) {
            writer.setCodec(CodecFactory.deflateCodec(9));
            writer.create(schema, file, new byte[16]);
            for (long a = 0; a < 1000; a++) {
                GenericRecord part = new GenericData.Record(item);
                part.put("x", new GenericData.EnumSymbol(item.getField("x").schema(), a % 2 == 0 ? "ONE" : "TWO"));
                part.put("y", a / 2.0);
                GenericRecord message = new GenericData.Record(schema);
                message.put("a", a);
                message.put("b", a % 10 == 0 ? null : "b" + a);
                message.put("s", a % 100 == 0 ? List.of() : List.of(part));
                writer.append(message);
            }
        }
    }
}
