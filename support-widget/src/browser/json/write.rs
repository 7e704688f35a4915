//! From a wire type to JSON text: objects and lists of words, numbers and answers, which is all that the panel sends.

use serde::{
    Serialize, Serializer,
    ser::{Impossible, SerializeSeq, SerializeStruct},
};

use super::Unfit;

/// JSON text; `None` for a type with parts that the panel never sends.
pub(crate) fn write<T: Serialize>(value: &T) -> Option<String> {
    let mut text = String::new();
    value.serialize(Json(&mut text)).ok()?;
    Some(text)
}

struct Json<'a>(&'a mut String);

type No = Impossible<(), Unfit>;

impl<'a> Serializer for Json<'a> {
    type Ok = ();
    type Error = Unfit;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = Object<'a>;
    type SerializeStructVariant = No;

    fn serialize_bool(self, value: bool) -> Result<(), Unfit> {
        self.0.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Unfit> {
        self.0.push_str(&value.to_string());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Unfit> {
        quote(self.0, value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unfit> {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Unfit> {
        self.serialize_str(variant)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'a>, Unfit> {
        self.0.push('{');
        Ok(Object { text: self.0, first: true })
    }

    fn serialize_i8(self, value: i8) -> Result<(), Unfit> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Unfit> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Unfit> {
        self.serialize_i64(value.into())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Unfit> {
        self.serialize_i64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Unfit> {
        self.serialize_i64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Unfit> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, _: u64) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn serialize_f32(self, _: f32) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn serialize_f64(self, _: f64) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn serialize_char(self, _: char) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn serialize_unit(self) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>, Unfit> {
        self.0.push('[');
        Ok(Items { text: self.0, first: true })
    }

    fn serialize_tuple(self, _: usize) -> Result<No, Unfit> {
        Err(Unfit)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<No, Unfit> {
        Err(Unfit)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<No, Unfit> {
        Err(Unfit)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<No, Unfit> {
        Err(Unfit)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<No, Unfit> {
        Err(Unfit)
    }
}

struct Object<'a> {
    text: &'a mut String,
    first: bool,
}

impl SerializeStruct for Object<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Unfit> {
        // Names are Rust's own, nothing in them needs quoting.
        self.text.push_str(if self.first { "\"" } else { ",\"" });
        self.first = false;
        self.text.push_str(name);
        self.text.push_str("\":");
        value.serialize(Json(self.text))
    }

    fn end(self) -> Result<(), Unfit> {
        self.text.push('}');
        Ok(())
    }
}

struct Items<'a> {
    text: &'a mut String,
    first: bool,
}

impl SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        if !self.first {
            self.text.push(',');
        }
        self.first = false;
        value.serialize(Json(self.text))
    }

    fn end(self) -> Result<(), Unfit> {
        self.text.push(']');
        Ok(())
    }
}

fn quote(text: &mut String, value: &str) {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    text.push('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => text.extend(['\\', character]),
            '\0'..' ' => {
                let code = character as usize;
                text.extend(['\\', 'u', '0', '0', DIGITS[code >> 4], DIGITS[code & 15]]);
            }
            _ => text.push(character),
        }
    }
    text.push('"');
}
